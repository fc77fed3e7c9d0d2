//! `re.Match`: where a pattern matched, and what its groups are.

use ungil_macros::class;
use ungil_objects::error::Result;
use ungil_objects::fields::Fixed;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::{convert, text as as_text};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::dict::Dict;
use ungil_objects::types::int::Int;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Thread, Value, payload, raise};

use super::pattern::{Pattern, expand};
use super::subject::{Places, part};

/// The payload of `re.Match`.
pub struct Match {
    pattern: Fixed,
    string: Fixed,
    bounds: (usize, usize),
    places: Places,
}

payload!(Match, collected);

impl Trace for Match {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.pattern.trace(tracer);
        self.string.trace(tracer);
    }
}

impl Match {
    pub fn make(
        t: &Thread,
        pattern: Ref<'_>,
        string: Ref<'_>,
        bounds: (usize, usize),
        places: Places,
    ) -> Obj<Match> {
        let (pattern, string) = (Fixed::new(pattern.to_value()), Fixed::new(string.to_value()));
        t.alloc(Match { pattern, string, bounds, places })
    }

    fn pattern(&self) -> Option<&Object<Pattern>> {
        self.pattern.get().downcast::<Pattern>()
    }

    /// The number of a group given by number or name.
    fn group_number(&self, t: &mut Thread, group: Ref<'_>) -> Result<usize> {
        let number = match group.as_i64() {
            Some(number) => usize::try_from(number).ok(),
            None if group.shape(t).special().unary(ungil_objects::class::Unary::Index).is_some() => {
                usize::try_from(convert::to_i64(t, group)?).ok()
            }
            None => match self.pattern().map(|pattern| pattern.group_index()) {
                Some(names) => names
                    .get(t, group)?
                    .and_then(|number| number.borrow().as_i64())
                    .map(|number| number as usize),
                None => None,
            },
        };
        match number.filter(|&number| number < self.places.groups.len()) {
            Some(number) => Ok(number),
            None => raise!(t, IndexError, "no such group"),
        }
    }

    /// What a group matched, or a default.
    pub fn group_value(&self, t: &Thread, number: usize, default: Ref<'_>) -> Value {
        match self.places.groups.get(number).copied().flatten() {
            Some(place) => part(t, self.string.get(), place),
            None => default.to_value(),
        }
    }

    fn place(&self, t: &mut Thread, group: Option<Ref<'_>>) -> Result<(i64, i64)> {
        let number = match group {
            Some(group) => self.group_number(t, group)?,
            None => 0,
        };
        Ok(self.places.groups[number].map_or((-1, -1), |(start, end)| (start as i64, end as i64)))
    }
}

fn pair(t: &Thread, (start, end): (i64, i64)) -> Value {
    Tuple::from_values(t, [Int::from_i64(t, start), Int::from_i64(t, end)]).into_value()
}

/// The result of re.match() and re.search().
#[class(name = "Match", module = "re", final, no_new)]
impl Match {
    #[method]
    fn group(t: &mut Thread, this: &Object<Self>, groups: &[Ref<'_>]) -> Result<Value> {
        let none = Value::NONE;
        match groups {
            [] => Ok(this.group_value(t, 0, none.borrow())),
            [group] => {
                let number = this.group_number(t, *group)?;
                Ok(this.group_value(t, number, none.borrow()))
            }
            many => {
                let mut values = Vec::with_capacity(many.len());
                for group in many {
                    let number = this.group_number(t, *group)?;
                    values.push(this.group_value(t, number, none.borrow()));
                }
                Ok(Tuple::from_values(t, values).into_value())
            }
        }
    }

    #[method]
    fn __getitem__(t: &mut Thread, this: &Object<Self>, group: Ref<'_>) -> Result<Value> {
        let number = this.group_number(t, group)?;
        Ok(this.group_value(t, number, Value::NONE.borrow()))
    }

    #[method(signature = "(default=None)")]
    fn groups(t: &mut Thread, this: &Object<Self>, default: Option<Ref<'_>>) -> Obj<Tuple> {
        let none = Value::NONE;
        let default = default.unwrap_or(none.borrow());
        let values: Vec<_> =
            (1..this.places.groups.len()).map(|number| this.group_value(t, number, default)).collect();
        Tuple::from_values(t, values)
    }

    #[method(signature = "(default=None)")]
    fn groupdict(t: &mut Thread, this: &Object<Self>, default: Option<Ref<'_>>) -> Result<Obj<Dict>> {
        let none = Value::NONE;
        let default = default.unwrap_or(none.borrow());
        let named = Dict::new(t);
        let names = this.pattern().map(|pattern| pattern.group_index().items(t)).unwrap_or_default();
        for (name, number) in names {
            let number = number.borrow().as_i64().unwrap_or(0) as usize;
            let value = this.group_value(t, number, default);
            named.set(t, name.borrow(), value)?;
        }
        Ok(named)
    }

    #[method(signature = "(group=0, /)")]
    fn start(t: &mut Thread, this: &Object<Self>, group: Option<Ref<'_>>) -> Result<i64> {
        Ok(this.place(t, group)?.0)
    }

    #[method(signature = "(group=0, /)")]
    fn end(t: &mut Thread, this: &Object<Self>, group: Option<Ref<'_>>) -> Result<i64> {
        Ok(this.place(t, group)?.1)
    }

    #[method(signature = "(group=0, /)")]
    fn span(t: &mut Thread, this: &Object<Self>, group: Option<Ref<'_>>) -> Result<Value> {
        let place = this.place(t, group)?;
        Ok(pair(t, place))
    }

    #[method]
    fn expand(t: &mut Thread, this: &Object<Self>, template: Ref<'_>) -> Result<Value> {
        let template = super::pattern::template(t, this.pattern.get(), template)?;
        let parts = expand(t, this, template.borrow());
        super::subject::joined(t, this.string.get(), &parts)
    }

    #[getter]
    fn string(&self) -> Value {
        self.string.get().to_value()
    }

    #[getter]
    fn re(&self) -> Value {
        self.pattern.get().to_value()
    }

    #[getter]
    fn pos(&self) -> usize {
        self.bounds.0
    }

    #[getter]
    fn endpos(&self) -> usize {
        self.bounds.1
    }

    #[getter]
    fn lastindex(&self) -> Option<usize> {
        self.places.last_index
    }

    #[getter]
    fn lastgroup(this: &Object<Self>) -> Value {
        let name =
            this.pattern().zip(this.places.last_index).and_then(|(pattern, index)| pattern.group_name(index));
        name.unwrap_or(Value::NONE)
    }

    #[getter]
    fn regs(t: &Thread, this: &Object<Self>) -> Obj<Tuple> {
        let pairs: Vec<_> = this
            .places
            .groups
            .iter()
            .map(|place| pair(t, place.map_or((-1, -1), |(start, end)| (start as i64, end as i64))))
            .collect();
        Tuple::from_values(t, pairs)
    }

    #[method]
    fn __copy__(this: &Object<Self>) -> Value {
        this.to_value()
    }

    #[method]
    fn __deepcopy__(this: &Object<Self>, _memo: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Self>) -> Result<String> {
        let (start, end) = this.place(t, None)?;
        let matched = this.group_value(t, 0, Value::NONE.borrow());
        let matched = as_text::repr(t, matched.borrow())?;
        Ok(format!("<re.Match object; span=({start}, {end}), match={}>", &**matched))
    }
}
