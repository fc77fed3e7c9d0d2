//! An interpreter: what all its threads share.
//!
//! Every place outside objects that holds a reference is a field of [`Interpreter`] or of what it owns, so that the collector and
//! publication find them all: there are no statics. The record itself is small and lives for the rest of the
//! process, so that handles may outlive their interpreter safely.

use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use parking_lot::{Mutex, ReentrantMutex, ReentrantMutexGuard};
use ungil_refcount::{CountedObjects, Header, Owner, Release};
use ungil_tstate::InterpreterState;

use crate::call::Fn2;
use crate::class::{Class, ClassDef};
use crate::hooks::Hooks;
use crate::intern::InternTable;
pub use crate::names::Names;
use crate::object::Object;
use crate::shape::Shape;
use crate::thread::{Thread, with_current};
use crate::value::{Ref, Value};
use crate::word::Word;

/// Classes that one process can define in Rust.
pub(crate) const MAX_NATIVE_CLASSES: usize = 1024;

/// What CPython starts with.
const DEFAULT_INT_MAX_STR_DIGITS: usize = 4300;

/// What an interpreter is made with.
#[derive(Copy, Clone, Debug)]
pub struct Options {
    /// Objects are born shared (`UNGIL_LOCAL=never`): every access takes the paths for shared objects.
    pub never_local: bool,
    /// Everything is published at random safepoints (`UNGIL_LOCAL=stress`).
    pub publish_at_random: bool,
    /// The seed of string hashes (`PYTHONHASHSEED`); random if none.
    pub hash_seed: Option<u64>,
    /// Threads get their own, specialised bytecode (`-X tlbc=0` turns it off).
    pub thread_local_bytecode: bool,
    /// Hot loops are compiled (`-X jit=1`).
    pub jit: bool,
    /// The collector checks the invariants of local and shared objects while it walks.
    pub check_invariants: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            never_local: false,
            publish_at_random: false,
            hash_seed: None,
            thread_local_bytecode: true,
            jit: false,
            check_invariants: false,
        }
    }
}

/// One interpreter.
pub struct Interpreter {
    state: Arc<InterpreterState>,
    options: Options,
    shapes: Box<[AtomicPtr<Shape>; MAX_NATIVE_CLASSES]>,
    definitions: Mutex<Vec<Option<&'static ClassDef>>>,
    names: OnceLock<Names>,
    pub(crate) interned: InternTable,
    versions: AtomicU32,
    classes: ReentrantMutex<()>,
    hooks: OnceLock<Hooks>,
    object_getattribute: OnceLock<Fn2>,
    /// The shapes of the built-in exceptions' classes, in the order of [`Exc`](crate::error::Exc).
    pub(crate) exceptions: Box<[AtomicPtr<Shape>]>,
    /// References that belong to the interpreter: the module table, `builtins`, `sys`, and what embedders register. Local
    /// to the first thread until the second comes.
    roots: Mutex<Vec<Root>>,
    /// Native classes and others that live as long as the interpreter.
    kept: Mutex<Vec<Orphan>>,
    /// Whether a second thread ever attached: from then on roots are shared.
    shared: AtomicBool,
    /// Objects that died where no thread was attached to tear them down.
    orphans: Mutex<Vec<Orphan>>,
    has_orphans: AtomicBool,
    /// The evaluating crate's own data.
    extension: OnceLock<Box<dyn std::any::Any + Send + Sync>>,
    pub(crate) hash_seed: u64,
    /// The most digits that conversions between `int` and decimal text take; 0 is no bound (`sys.set_int_max_str_digits`).
    pub int_max_str_digits: AtomicUsize,
    /// Whether the interpreter is being shut down; set before its last code runs.
    pub is_finalizing: AtomicBool,
    pub(crate) weak: ungil_refcount::WeakTable<crate::weakref::References>,
    counted: CountedObjects,
    /// Whether collections start without being asked for.
    collects_by_itself: AtomicBool,
}

/// A reference that belongs to the interpreter: the only store of one that is not in an object.
struct Root {
    name: &'static str,
    word: Word,
}

// SAFETY: the word is used under the list's lock; it is local to the first thread only while no other exists.
unsafe impl Send for Root {}

struct Orphan(NonNull<Header>);
// SAFETY: whoever takes a dead object off the list owns it; kept ones are only listed.
unsafe impl Send for Orphan {}

impl Interpreter {
    /// A new interpreter without classes; [`boot`](crate::boot) fills it.
    ///
    /// # Errors
    /// When the system has no memory for its heaps.
    pub(crate) fn allocate(options: Options) -> std::io::Result<&'static Interpreter> {
        let state = InterpreterState::new().map_err(|_| std::io::ErrorKind::OutOfMemory)?;
        let null_shapes = |count| (0..count).map(|_| AtomicPtr::default()).collect();
        Ok(Box::leak(Box::new(Interpreter {
            state,
            options,
            shapes: Box::new([const { AtomicPtr::new(std::ptr::null_mut()) }; MAX_NATIVE_CLASSES]),
            definitions: Mutex::new(vec![None; MAX_NATIVE_CLASSES]),
            names: OnceLock::new(),
            interned: InternTable::new(),
            versions: AtomicU32::new(1),
            classes: ReentrantMutex::new(()),
            hooks: OnceLock::new(),
            object_getattribute: OnceLock::new(),
            exceptions: null_shapes(crate::error::Exc::COUNT),
            roots: Mutex::default(),
            kept: Mutex::default(),
            shared: AtomicBool::new(false),
            orphans: Mutex::default(),
            has_orphans: AtomicBool::new(false),
            extension: OnceLock::new(),
            hash_seed: options.hash_seed.unwrap_or_else(random_seed),
            int_max_str_digits: AtomicUsize::new(DEFAULT_INT_MAX_STR_DIGITS),
            is_finalizing: AtomicBool::new(false),
            weak: ungil_refcount::WeakTable::new(),
            counted: CountedObjects::new(),
            collects_by_itself: AtomicBool::new(false),
        })))
    }

    /// The evaluating crate's own data, made by `make` when it is first asked for.
    ///
    /// # Panics
    /// If it was made with another type.
    pub fn extension<T: std::any::Any + Send + Sync>(&self, make: impl FnOnce() -> T) -> &T {
        let extension = self.extension.get_or_init(|| Box::new(make()));
        extension.downcast_ref::<T>().expect("an interpreter has one extension")
    }

    #[inline(always)]
    pub fn state(&self) -> &Arc<InterpreterState> {
        &self.state
    }

    /// The deferred objects that threads count by id.
    #[inline(always)]
    pub fn counted(&self) -> &CountedObjects {
        &self.counted
    }

    /// Whether the collector runs without being asked to, so that objects may be left to it.
    pub(crate) fn collects_by_itself(&self) -> bool {
        self.collects_by_itself.load(Ordering::Relaxed)
    }

    /// Says whether the collector runs without being asked to.
    pub fn set_collects_by_itself(&self, does: bool) {
        self.collects_by_itself.store(does, Ordering::Relaxed);
    }

    #[inline(always)]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// # Panics
    /// Before the interpreter is booted.
    #[inline(always)]
    pub fn names(&self) -> &Names {
        self.names.get().expect("names are interned first")
    }

    pub(crate) fn set_names(&self, names: Names) {
        assert!(self.names.set(names).is_ok(), "names are interned once");
    }

    /// What the crates above provide. See [`Hooks`].
    #[inline(always)]
    pub fn hooks(&self) -> &Hooks {
        self.hooks.get_or_init(Hooks::default)
    }

    /// # Panics
    /// If hooks were set or used before.
    pub fn set_hooks(&self, hooks: Hooks) {
        assert!(self.hooks.set(hooks).is_ok(), "hooks are set once, first");
    }

    /// A fresh version for shapes and key sets; `None` when 2³² were handed out, after which nothing new is cached.
    pub(crate) fn next_version(&self) -> Option<u32> {
        let update = |version: u32| (version != 0).then(|| version.wrapping_add(1));
        self.versions.fetch_update(Ordering::Relaxed, Ordering::Relaxed, update).ok()
    }

    /// Leaves one version to be given out.
    #[cfg(test)]
    pub(crate) fn use_up_versions(&self) {
        self.versions.store(u32::MAX, Ordering::Relaxed);
    }

    /// Excludes other changes of classes. No Python code runs and no object lock is taken for long under it; re-entrant, since
    /// building a class looks at others.
    pub fn lock_classes(&self) -> ReentrantMutexGuard<'_, ()> {
        self.classes.lock()
    }

    pub(crate) fn shapes(&'static self) -> &'static [AtomicPtr<Shape>; MAX_NATIVE_CLASSES] {
        &self.shapes
    }

    pub(crate) fn register_shape(&self, index: usize, shape: *mut Shape) {
        self.shapes[index].store(shape, Ordering::Release);
    }

    pub(crate) fn shape_at(&self, index: usize) -> *mut Shape {
        self.shapes[index].load(Ordering::Acquire)
    }

    /// The class object that was declared for a layout and not yet defined.
    pub(crate) fn declared(&self, index: usize) -> Option<NonNull<Object<Class>>> {
        // SAFETY: registered shapes live as long as the interpreter.
        let shape = unsafe { self.shapes[index].load(Ordering::Acquire).as_ref() }?;
        shape.class_if_declared()
    }

    pub(crate) fn register_class(&self, index: usize, class: &Object<Class>) {
        self.register_shape(index, std::ptr::from_ref(class.root_shape()).cast_mut());
    }

    pub(crate) fn register_definition(&self, index: usize, definition: &'static ClassDef) {
        self.definitions.lock()[index] = Some(definition);
    }

    pub(crate) fn definition(&self, index: usize) -> Option<&'static ClassDef> {
        self.definitions.lock()[index]
    }

    /// The native class with this name, if it was made. Slow: for modules that list classes.
    pub fn native_class(&self, name: &str) -> Option<&'static Object<Class>> {
        let named =
            |definition: &Option<&'static ClassDef>| definition.is_some_and(|class| class.name == name);
        let index = self.definitions.lock().iter().position(named)?;
        self.class_at(index)
    }

    /// The native class with a layout's index, if it was made.
    pub fn class_at(&self, index: usize) -> Option<&'static Object<Class>> {
        // SAFETY: null, or the root shape of a native class, which lives as long as the interpreter.
        unsafe { self.shapes[index].load(Ordering::Acquire).as_ref() }.map(Shape::class)
    }

    pub(crate) fn object_getattribute(&self) -> Option<Fn2> {
        self.object_getattribute.get().copied()
    }

    pub(crate) fn set_object_getattribute(&self, function: Fn2) {
        let _ = self.object_getattribute.set(function);
    }

    /// The shape of the class of a word that is no object.
    pub(crate) fn immediate_shape(&self, word: Word) -> &'static Shape {
        use crate::types::{float::Float, int::Int, singletons};
        let layout = match word {
            Word::NONE | Word::UNBOUND => singletons::NoneType::index(),
            Word::TRUE | Word::FALSE => singletons::Bool::index(),
            Word::ELLIPSIS => singletons::EllipsisType::index(),
            Word::NOT_IMPLEMENTED => singletons::NotImplementedType::index(),
            _ if word.is_int() => Int::index(),
            _ => Float::index(),
        };
        // SAFETY: native classes live as long as the interpreter.
        unsafe { self.shapes[layout].load(Ordering::Acquire).as_ref() }
            .expect("the class of an immediate exists")
    }

    /// The owner word of the attached thread if it belongs to this interpreter, else [`Owner::NONE`].
    pub(crate) fn owner_here(&'static self) -> Owner {
        with_current(|current| match current {
            Some(t) if std::ptr::eq(t.interpreter(), self) => t.owner(),
            _ => Owner::NONE,
        })
    }

    /// Hands a reference to the thread that owns the object's count.
    pub(crate) fn hand_over(&self, id: u16, object: NonNull<Header>) -> Release {
        // SAFETY: the decrement that named this owner gave the reference to its queue.
        unsafe { self.state.hand_over(id, object) }
    }

    /// Leaves a dead object to the next thread that reaches a safepoint.
    pub(crate) fn bury_later(&self, object: NonNull<Header>) {
        self.orphans.lock().push(Orphan(object));
        self.has_orphans.store(true, Ordering::Release);
    }

    /// Tears down what died where no thread was attached. Called at safepoints.
    pub fn bury_orphans(&self, t: &Thread) {
        if self.has_orphans.swap(false, Ordering::AcqRel) {
            let orphans = std::mem::take(&mut *self.orphans.lock());
            orphans.into_iter().for_each(|orphan| crate::reclaim::bury(t, orphan.0));
        }
    }

    /// Registers a reference that belongs to the interpreter, replacing one of the same name.
    pub fn set_root(&self, t: &Thread, name: &'static str, value: Value) {
        if self.is_shared() {
            crate::publish::publish_value(t, &value);
        }
        let word = value.into_word();
        let mut roots = self.roots.lock();
        let old = match roots.iter_mut().find(|root| root.name == name) {
            Some(root) => Some(std::mem::replace(&mut root.word, word)),
            None => {
                roots.push(Root { name, word });
                None
            }
        };
        drop(roots);
        // SAFETY: the list owned the word and has given it up.
        drop(old.map(|word| unsafe { Value::from_word(word) }));
    }

    /// A reference that belongs to the interpreter.
    pub fn root(&self, _t: &Thread, name: &'static str) -> Option<Value> {
        let roots = self.roots.lock();
        // SAFETY: the list owns a count, under its lock.
        roots
            .iter()
            .find(|root| root.name == name)
            .map(|root| unsafe { Ref::from_word(root.word) }.to_value())
    }

    /// Keeps a class for as long as the interpreter lives.
    pub fn keep_class(&self, class: crate::object::Obj<Class>) {
        self.keep(NonNull::from(class.header()));
        // The interpreter's own reference.
        std::mem::forget(class);
    }

    /// Keeps an object for as long as the interpreter lives.
    pub(crate) fn keep(&self, object: NonNull<Header>) {
        self.kept.lock().push(Orphan(object));
    }

    /// Whether a second thread ever attached.
    pub fn is_shared(&self) -> bool {
        self.shared.load(Ordering::Acquire)
    }

    pub(crate) fn set_shared(&self) {
        self.shared.store(true, Ordering::Release);
    }

    /// Every object that the interpreter itself refers to.
    pub fn root_objects(&self) -> Vec<NonNull<Header>> {
        let mut objects: Vec<_> = self.roots.lock().iter().filter_map(|root| root.word.object()).collect();
        objects.extend(self.kept.lock().iter().map(|kept| kept.0));
        // SAFETY: registered shapes live as long as the interpreter.
        let classes =
            self.shapes.iter().filter_map(|shape| unsafe { shape.load(Ordering::Acquire).as_ref() });
        objects.extend(classes.map(|shape| NonNull::from(shape.class().header())));
        objects
    }

    /// The interned string with this text.
    pub fn intern(&self, t: &Thread, text: &str) -> Ref<'static> {
        self.interned.intern(t, text)
    }

    /// The interned string equal to a string object; other values stay as they are.
    pub fn intern_value<'a>(&self, t: &Thread, name: Ref<'a>) -> Ref<'a> {
        self.interned.intern_value(t, name)
    }
}

fn random_seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0u64)
}
