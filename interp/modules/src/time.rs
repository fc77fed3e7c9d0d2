//! `time`: clocks, sleeping, and dates of the local zone and of UTC.

mod dates;
mod system;

use ungil_macros::module;
use ungil_objects::call::Args;
use ungil_objects::class::{Class, Unary};
use ungil_objects::error::Exc;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::{attribute, call, convert};
use ungil_objects::types::float::Float;
use ungil_objects::types::int::{Int, IntRef};
use ungil_objects::types::module::{Module, add_to_module};
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Raised, Ref, Result, Thread, Value, raise};

use self::dates::{STRUCT_TIME, argument, from_calendar, seconds_argument};
use self::system::{Calendar, MONOTONIC, PROCESS, REALTIME, SECOND, THREAD};

/// The interpreter's reference to `struct_time`.
const STRUCT_TIME_ROOT: &str = "time.struct_time";

/// Clocks, calendar dates and waiting, on the system's own functions.
#[module(name = "time")]
pub mod module {
    use super::*;

    #[constant]
    const _STRUCT_TM_ITEMS: i64 = 11;
    #[constant]
    const CLOCK_REALTIME: i64 = libc::CLOCK_REALTIME as i64;
    #[constant]
    const CLOCK_MONOTONIC: i64 = libc::CLOCK_MONOTONIC as i64;
    #[constant]
    const CLOCK_MONOTONIC_RAW: i64 = libc::CLOCK_MONOTONIC_RAW as i64;
    #[constant]
    const CLOCK_PROCESS_CPUTIME_ID: i64 = libc::CLOCK_PROCESS_CPUTIME_ID as i64;
    #[constant]
    const CLOCK_THREAD_CPUTIME_ID: i64 = libc::CLOCK_THREAD_CPUTIME_ID as i64;
    #[constant]
    const CLOCK_BOOTTIME: i64 = libc::CLOCK_BOOTTIME as i64;
    #[constant]
    const CLOCK_TAI: i64 = libc::CLOCK_TAI as i64;

    #[setup]
    fn begin(t: &mut Thread, module: &Object<Module>) -> Result<()> {
        let class = STRUCT_TIME.make(t)?;
        t.interpreter().set_root(t, STRUCT_TIME_ROOT, class.to_value());
        add_to_module(t, module, "struct_time", class.into_value())?;
        dates::add_zone(t, module)
    }

    /// What the wall clock says, as seconds since 1970 (UTC) with the fraction that the system knows.
    #[function]
    fn time(t: &mut Thread) -> Result<f64> {
        seconds(t, REALTIME)
    }

    /// The same as `time`, as a whole number of nanoseconds, which loses no digits.
    #[function]
    fn time_ns(t: &mut Thread) -> Result<Value> {
        nanoseconds(t, REALTIME)
    }

    /// Seconds on a clock that never runs backwards. Only the difference of two answers means something.
    #[function]
    fn monotonic(t: &mut Thread) -> Result<f64> {
        seconds(t, MONOTONIC)
    }

    /// The same as `monotonic`, as a whole number of nanoseconds.
    #[function]
    fn monotonic_ns(t: &mut Thread) -> Result<Value> {
        nanoseconds(t, MONOTONIC)
    }

    /// Seconds on the finest clock for measuring how long code takes; here the one of `monotonic`.
    #[function]
    fn perf_counter(t: &mut Thread) -> Result<f64> {
        seconds(t, MONOTONIC)
    }

    /// The same as `perf_counter`, as a whole number of nanoseconds.
    #[function]
    fn perf_counter_ns(t: &mut Thread) -> Result<Value> {
        nanoseconds(t, MONOTONIC)
    }

    /// Seconds that the CPUs have spent on this process and on the system's work for it; sleeping does not count.
    #[function]
    fn process_time(t: &mut Thread) -> Result<f64> {
        seconds(t, PROCESS)
    }

    /// The same as `process_time`, as a whole number of nanoseconds.
    #[function]
    fn process_time_ns(t: &mut Thread) -> Result<Value> {
        nanoseconds(t, PROCESS)
    }

    /// Seconds that a CPU has spent on the calling thread and on the system's work for it; sleeping does not count.
    #[function]
    fn thread_time(t: &mut Thread) -> Result<f64> {
        seconds(t, THREAD)
    }

    /// The same as `thread_time`, as a whole number of nanoseconds.
    #[function]
    fn thread_time_ns(t: &mut Thread) -> Result<Value> {
        nanoseconds(t, THREAD)
    }

    /// Reads the clock with this number, one of the `CLOCK_` constants, in seconds. Raises OSError if there is none.
    #[function]
    fn clock_gettime(t: &mut Thread, clk_id: i32) -> Result<f64> {
        seconds(t, clk_id)
    }

    /// Reads the clock with this number like `clock_gettime`, in whole nanoseconds.
    #[function]
    fn clock_gettime_ns(t: &mut Thread, clk_id: i32) -> Result<Value> {
        nanoseconds(t, clk_id)
    }

    /// The smallest step, in seconds, that the clock with this number can show.
    #[function]
    fn clock_getres(t: &mut Thread, clk_id: i32) -> Result<f64> {
        system::resolution(clk_id).map(to_seconds).map_err(|error| os_error(t, &error))
    }

    /// Puts the clock with this number to a time in seconds. Raises OSError where the process may not do so.
    #[function]
    fn clock_settime(t: &mut Thread, clk_id: i32, time: Ref<'_>) -> Result<()> {
        let time = duration(t, time)?;
        system::set(clk_id, time).map_err(|error| os_error(t, &error))
    }

    /// Puts the clock with this number to a time in whole nanoseconds, like `clock_settime`.
    #[function]
    fn clock_settime_ns(t: &mut Thread, clk_id: i32, time: i64) -> Result<()> {
        system::set(clk_id, time.into()).map_err(|error| os_error(t, &error))
    }

    /// Lets the calling thread wait for so many seconds, whole or with a fraction; other threads go on.
    /// Raises ValueError if the number is negative.
    #[function]
    fn sleep(t: &mut Thread, seconds: Ref<'_>) -> Result<()> {
        let length = duration(t, seconds)?;
        if length < 0 {
            raise!(t, ValueError, "sleep length must be non-negative");
        }
        let start = system::now(MONOTONIC).map_err(|error| os_error(t, &error))?;
        while !t.blocking(|| system::sleep_until(start + length)) {
            // A signal came: its handler may raise.
            let safepoint = t.interpreter().hooks().safepoint;
            safepoint(t)?;
        }
        Ok(())
    }

    /// Describes the clock behind a function of this module, such as 'time' or 'monotonic': what implements it,
    /// how fine it is, whether it can go back and whether it can be adjusted.
    #[function]
    fn get_clock_info(t: &mut Thread, name: &Object<Str>) -> Result<Value> {
        let (clock, implementation, monotonic, adjustable) = match name.as_ascii() {
            Some("time") => (REALTIME, "clock_gettime(CLOCK_REALTIME)", false, true),
            Some("monotonic" | "perf_counter") => (MONOTONIC, "clock_gettime(CLOCK_MONOTONIC)", true, false),
            Some("process_time") => (PROCESS, "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", true, false),
            Some("thread_time") => (THREAD, "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", true, false),
            _ => raise!(t, ValueError, "unknown clock"),
        };
        let resolution = system::resolution(clock).map_err(|error| os_error(t, &error))?;
        let values = [
            Value::from_bool(adjustable),
            Str::from_str(t, implementation).into_value(),
            Value::from_bool(monotonic),
            Float::from_f64(t, to_seconds(resolution)),
        ];
        let names = ["adjustable", "implementation", "monotonic", "resolution"];
        let names: Vec<Value> = names.iter().map(|name| t.interpreter().intern(t, name).to_value()).collect();
        let names = Tuple::from_values(t, names);
        let types = t.import("types")?;
        let class = t.interpreter().intern(t, "SimpleNamespace");
        let class = attribute::get(t, types.borrow(), class)?;
        let values = values.each_ref().map(Value::borrow);
        call::call_args(t, class.borrow(), Args::new(&values, Some(&names)))
    }

    /// The UTC date and time of day, as a struct_time, at so many seconds after the start of 1970; now if none are given.
    #[function(signature = "(seconds=None, /)")]
    fn gmtime(t: &mut Thread, seconds: Option<Ref<'_>>) -> Result<Value> {
        let calendar = date(t, seconds, system::utc)?;
        from_calendar(t, &calendar)
    }

    /// The date and time of day in the local zone, as a struct_time, at so many seconds after the start of 1970;
    /// now if none are given.
    #[function(signature = "(seconds=None, /)")]
    fn localtime(t: &mut Thread, seconds: Option<Ref<'_>>) -> Result<Value> {
        let calendar = date(t, seconds, system::local)?;
        from_calendar(t, &calendar)
    }

    /// The inverse of `localtime`: how many seconds after the start of 1970 a local date is.
    /// Raises OverflowError if the system cannot tell.
    #[function]
    fn mktime(t: &mut Thread, tuple: Ref<'_>) -> Result<f64> {
        let calendar = argument(t, tuple, "mktime")?;
        match system::make(&calendar) {
            Some(seconds) => Ok(seconds as f64),
            None => raise!(t, OverflowError, "mktime argument out of range"),
        }
    }

    /// Writes a date, by default the local one of now, in the fixed form of C: 'Sun Jan  4 09:05:00 2015'.
    #[function]
    fn asctime(t: &mut Thread, tuple: Option<Ref<'_>>) -> Result<String> {
        let calendar = match tuple {
            Some(tuple) => dates::checked_argument(t, tuple, "asctime")?,
            None => date(t, None, system::local)?,
        };
        Ok(dates::show(&calendar))
    }

    /// Writes the local date at so many seconds after the start of 1970, or now, in the form of `asctime`.
    #[function(signature = "(seconds=None, /)")]
    fn ctime(t: &mut Thread, seconds: Option<Ref<'_>>) -> Result<String> {
        let calendar = date(t, seconds, system::local)?;
        Ok(dates::show(&calendar))
    }

    /// Writes a date, by default the local one of now, in the form that a pattern of % codes gives.
    #[function]
    fn strftime(t: &mut Thread, format: &Object<Str>, tuple: Option<Ref<'_>>) -> Result<String> {
        let calendar = match tuple {
            Some(tuple) => dates::checked_argument(t, tuple, "strftime")?,
            None => date(t, None, system::local)?,
        };
        let format = format.to_string();
        let parts: Option<Vec<_>> = format.split('\0').map(|part| system::format(part, &calendar)).collect();
        match parts {
            Some(parts) => Ok(parts.join("\0")),
            None => raise!(t, ValueError, "Invalid format string"),
        }
    }

    /// Reads a date that is written in the form of a pattern of % codes, as `strftime` writes it, into a struct_time.
    /// Raises ValueError if the text has another form.
    #[function]
    fn strptime(t: &mut Thread, string: Ref<'_>, format: Option<Ref<'_>>) -> Result<Value> {
        let module = t.import("_strptime")?;
        let name = t.interpreter().intern(t, "_strptime_time");
        match format {
            Some(format) => call::call_method(t, module.borrow(), name, &[string, format]),
            None => call::call_method(t, module.borrow(), name, &[string]),
        }
    }

    /// Looks at the environment variable TZ anew, and gives `timezone`, `altzone`, `daylight` and `tzname` the values
    /// of the zone it names.
    #[function]
    fn tzset(t: &mut Thread) -> Result<()> {
        system::reread_zone();
        let module = t.import("time")?;
        match module.downcast_ref::<Module>() {
            Some(module) => dates::add_zone(t, module),
            None => Ok(()),
        }
    }
}

fn os_error(t: &Thread, error: &std::io::Error) -> Raised {
    let number = error.raw_os_error().unwrap_or(libc::EIO);
    let text = error.to_string();
    let message = text.split(" (os error").next().unwrap_or(&text);
    let message = Str::from_str(t, message).into_value();
    Raised::with_args(t, Exc::OSError, vec![Value::from_i32(number), message])
}

fn to_seconds(nanoseconds: i128) -> f64 {
    nanoseconds as f64 / SECOND as f64
}

fn seconds(t: &Thread, clock: i32) -> Result<f64> {
    system::now(clock).map(to_seconds).map_err(|error| os_error(t, &error))
}

fn nanoseconds(t: &Thread, clock: i32) -> Result<Value> {
    match system::now(clock) {
        Ok(nanoseconds) => Ok(Int::from_i128(t, nanoseconds)),
        Err(error) => Err(os_error(t, &error)),
    }
}

/// A time span in seconds as nanoseconds, rounded away from zero so that nothing ends early.
fn duration(t: &mut Thread, seconds: Ref<'_>) -> Result<i128> {
    let too_large = |t: &Thread| raise!(t, OverflowError, "timestamp too large to convert to C PyTime_t");
    if let Some(seconds) = seconds.as_float() {
        if seconds.is_nan() {
            raise!(t, ValueError, "Invalid value NaN (not a number)");
        }
        let nanoseconds = seconds * SECOND as f64;
        if nanoseconds.abs() >= i64::MAX as f64 {
            return too_large(t);
        }
        return Ok(if nanoseconds < 0.0 { nanoseconds.floor() } else { nanoseconds.ceil() } as i128);
    }
    if seconds.as_int().is_none() && seconds.shape(t).special().unary(Unary::Index).is_none() {
        let class = seconds.class(t).name(t);
        raise!(t, TypeError, "'{class}' object cannot be interpreted as an integer or float");
    }
    let seconds = convert::index(t, seconds)?;
    match seconds.borrow().as_int() {
        Some(IntRef::Small(seconds)) if seconds.unsigned_abs() <= (i64::MAX as u64) / SECOND as u64 => {
            Ok(i128::from(seconds) * SECOND)
        }
        _ => too_large(t),
    }
}

/// The date at a time, now if none is given.
fn date(t: &mut Thread, seconds: Option<Ref<'_>>, convert: fn(i64) -> Option<Calendar>) -> Result<Calendar> {
    let seconds = match seconds {
        Some(seconds) => seconds_argument(t, seconds)?,
        None => match system::now(REALTIME) {
            Ok(nanoseconds) => nanoseconds.div_euclid(SECOND) as i64,
            Err(error) => return Err(os_error(t, &error)),
        },
    };
    match convert(seconds) {
        Some(calendar) => Ok(calendar),
        None => {
            let error = std::io::Error::from_raw_os_error(libc::EOVERFLOW);
            Err(os_error(t, &error))
        }
    }
}

/// The class `struct_time` of this interpreter.
fn struct_time(t: &mut Thread) -> Result<Obj<Class>> {
    let class = t.interpreter().root(t, STRUCT_TIME_ROOT);
    match class.map(Value::downcast::<Class>) {
        Some(Ok(class)) => Ok(class),
        _ => raise!(t, SystemError, "the module time was not imported"),
    }
}
