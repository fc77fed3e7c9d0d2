//! `lru_cache`: what calls answered, by their arguments.
//!
//! An unbounded cache is read without a lock. A bounded one keeps its table in the order of use: a hit takes the entry out and
//! puts it back at the end, so that the first entry is the one to go. Between the two steps another thread may miss and compute
//! the answer again; the function is never called under a lock.

use ungil_macros::class;
use ungil_objects::call::Args;
use ungil_objects::class::Class;
use ungil_objects::fields::{Fixed, Table};
use ungil_objects::object::Object;
use ungil_objects::protocol::{attribute, call, hash};
use ungil_objects::types::bound::BoundMethod;
use ungil_objects::types::int::Int;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Result, Thread, Value, raise};

use super::tally::Tally;
use crate::payload::payload_struct;

payload_struct! {
    /// The payload of cached functions.
    LruCache {
        function: Fixed,
        table: Table,
        /// The most entries; `None` for no bound.
        max_size: Option<usize>,
        /// Whether arguments of different classes are different though they are equal.
        typed: bool,
        info_class: Fixed,
        hits: Tally,
        misses: Tally,
    }
}

/// What `lru_cache` makes of user_function: a callable that remembers answers by the arguments of the calls.
///
/// maxsize is the number of answers to keep, of which the one unused for longest goes first: 0 keeps none, None keeps all.
/// With typed, arguments of different classes are told apart although they are equal.
/// cache_info_type is called with hits, misses, maxsize and the number of answers for what cache_info() returns.
#[class(name = "_lru_cache_wrapper", module = "functools", attributes, method_descriptor)]
impl LruCache {
    #[new(signature = "(user_function, maxsize, typed, cache_info_type)")]
    fn new(
        t: &mut Thread,
        class: &Object<Class>,
        user_function: Ref<'_>,
        maxsize: Ref<'_>,
        typed: bool,
        cache_info_type: Ref<'_>,
    ) -> Result<Value> {
        if user_function.shape(t).special().call.is_none() {
            raise!(t, TypeError, "the first argument must be callable");
        }
        let max_size = match maxsize.as_int() {
            _ if maxsize.is_none() => None,
            Some(size) => Some(size.to_i64().unwrap_or(i64::MAX).max(0) as usize),
            None => raise!(t, TypeError, "maxsize should be integer or None"),
        };
        let made = LruCache {
            function: Fixed::new(user_function.to_value()),
            table: Table::new(),
            max_size,
            typed,
            info_class: Fixed::new(cache_info_type.to_value()),
            hits: Tally::default(),
            misses: Tally::default(),
        };
        Ok(t.alloc_with_shape(class.root_shape(), made).into_value())
    }

    #[method]
    fn __call__(t: &mut Thread, this: &Object<LruCache>, args: Args<'_>) -> Result<Value> {
        if this.max_size == Some(0) {
            this.misses.bump(t);
            return call::call_args(t, this.function.get(), args);
        }
        let key = this.key(t, args);
        let hash = hash::hash(t, key.borrow())?;
        if let Some(known) = this.known(t, key.borrow(), hash)? {
            this.hits.bump(t);
            return Ok(known);
        }
        this.misses.bump(t);
        let answer = call::call_args(t, this.function.get(), args)?;
        this.table.insert(t, this.header(), key.borrow(), hash, answer.clone())?;
        while this.max_size.is_some_and(|most| this.table.len() > most) {
            drop(this.table.pop_first(t, this.header()));
        }
        Ok(answer)
    }

    #[method(signature = "(instance, owner=None, /)")]
    fn __get__(t: &mut Thread, this: &Object<LruCache>, instance: Ref<'_>, _owner: Option<Ref<'_>>) -> Value {
        if instance.is_none() {
            return this.to_value();
        }
        BoundMethod::new(t, this.to_value(), instance.to_value()).into_value()
    }

    /// How often an answer was known and how often not, how many may be kept and how many are
    #[method]
    fn cache_info(t: &mut Thread, this: &Object<LruCache>) -> Result<Value> {
        let (hits, misses) = (Int::from_u64(t, this.hits.total()), Int::from_u64(t, this.misses.total()));
        let most = this.max_size.map_or(Value::NONE, |most| Int::from_u64(t, most as u64));
        let size = Int::from_u64(t, this.table.len() as u64);
        let fields = [hits.borrow(), misses.borrow(), most.borrow(), size.borrow()];
        call::call(t, this.info_class.get(), &fields)
    }

    /// Forgets all answers and counts hits and misses from 0 again
    #[method]
    fn cache_clear(t: &mut Thread, this: &Object<LruCache>) {
        drop(this.table.clear(t, this.header()));
        this.hits.reset();
        this.misses.reset();
    }

    #[method]
    fn __copy__(this: &Object<LruCache>) -> Value {
        this.to_value()
    }

    #[method]
    fn __deepcopy__(this: &Object<LruCache>, _memo: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __reduce__(t: &mut Thread, this: &Object<LruCache>) -> Result<Value> {
        let name = t.names().__qualname__;
        attribute::get(t, this.borrow(), name)
    }
}

/// What calls share an answer by.
trait Caching {
    fn key(&self, t: &Thread, args: Args<'_>) -> Value;
    fn known(&self, t: &mut Thread, key: Ref<'_>, hash: i64) -> Result<Option<Value>>;
}

impl Caching for Object<LruCache> {
    /// The arguments as one key: a tuple, or the only argument where it cannot be taken for one.
    fn key(&self, t: &Thread, args: Args<'_>) -> Value {
        if let ([only], None, false) = (args.values(), args.names(), self.typed)
            && (only.as_small_int().is_some() || only.downcast_exact::<Str>(t).is_some())
        {
            return only.to_value();
        }
        let mut parts: Vec<Value> = args.positional().iter().map(|value| value.to_value()).collect();
        if args.keyword_count() > 0 {
            // No argument is this class, so that it tells where keywords begin.
            parts.push(t.shape_of::<LruCache>().class().to_value());
            for (name, value) in args.keywords() {
                parts.extend([name.to_value(), value.to_value()]);
            }
        }
        if self.typed {
            parts.extend(args.values().iter().map(|value| value.class(t).to_value()));
        }
        Tuple::from_values(t, parts).into_value()
    }

    /// The answer for a key, which is used now.
    fn known(&self, t: &mut Thread, key: Ref<'_>, hash: i64) -> Result<Option<Value>> {
        if self.max_size.is_none() {
            return self.table.get(t, self.header(), key, hash);
        }
        let Some((key, answer)) = self.table.remove(t, self.header(), key, hash)? else { return Ok(None) };
        self.table.insert(t, self.header(), key.borrow(), hash, answer.clone())?;
        Ok(Some(answer))
    }
}
