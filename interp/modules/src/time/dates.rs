//! Dates as Python values: `struct_time`, tuples of nine numbers, and the names of the local zone.

use ungil_objects::error::OrRaise;
use ungil_objects::object::Object;
use ungil_objects::protocol::convert;
use ungil_objects::types::int::{Int, Integer};
use ungil_objects::types::module::{Module, add_to_module};
use ungil_objects::types::struct_sequence;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Result, Thread, Value, raise};

use super::struct_time;
use super::system::{self, Calendar};

ungil_objects::struct_sequence!(
    STRUCT_TIME,
    "time",
    "struct_time",
    "A moment as calendar fields, which is also a sequence of nine integers.\n\nThe functions of this module that break up or \
     format times make and take it. Years count in full\nand months from one, unlike in C.",
    {
        "tm_year": "the year in full, such as 2024",
        "tm_mon": "the month, from 1 to 12",
        "tm_mday": "the day in its month, from 1 to 31",
        "tm_hour": "the hour, from 0 to 23",
        "tm_min": "the minute, from 0 to 59",
        "tm_sec": "the second, up to 61 for leap seconds",
        "tm_wday": "days since Monday, from 0 to 6",
        "tm_yday": "the day in its year, from 1 to 366",
        "tm_isdst": "whether summer time applies: 1 yes, 0 no, -1 not known",
    },
    hidden: ["tm_zone", "tm_gmtoff"],
    constructible: true
);

/// A `struct_time`.
pub(super) fn from_calendar(t: &mut Thread, calendar: &Calendar) -> Result<Value> {
    let class = struct_time(t)?;
    let fields = calendar.fields.iter().map(|field| Int::from_i64(t, *field)).collect();
    let made = struct_sequence::instantiate(t, &class, fields);
    let zone = Str::from_str(t, &calendar.zone).into_value();
    struct_sequence::set_hidden(t, &made, "tm_zone", zone)?;
    struct_sequence::set_hidden(t, &made, "tm_gmtoff", Int::from_i64(t, calendar.offset))?;
    Ok(made.into_value())
}

/// A time in seconds, without its fraction.
pub(super) fn seconds_argument(t: &mut Thread, seconds: Ref<'_>) -> Result<i64> {
    let seconds = match seconds.as_float() {
        Some(float) if float.is_nan() => raise!(t, ValueError, "Invalid value NaN (not a number)"),
        Some(float) if float.is_infinite() => {
            raise!(t, OverflowError, "timestamp out of range for platform time_t")
        }
        Some(float) => Int::from_integer(t, Integer::from_f64(float.floor()).or_raise(t)?),
        None => convert::index(t, seconds)?,
    };
    match seconds.borrow().as_i64() {
        Some(seconds) => Ok(seconds),
        None => raise!(t, OverflowError, "timestamp out of range for platform time_t"),
    }
}

/// The nine numbers of a time tuple, not yet checked.
pub(super) fn argument(t: &mut Thread, tuple: Ref<'_>, function: &str) -> Result<Calendar> {
    let Some(items) = tuple.downcast::<Tuple>() else {
        raise!(t, TypeError, "Tuple or struct_time argument required");
    };
    if items.len() != 9 {
        raise!(t, TypeError, "{function}(): illegal time tuple argument");
    }
    let mut calendar = Calendar::default();
    for (field, item) in calendar.fields.iter_mut().zip(items.items()) {
        let value = convert::to_i64(t, item)?;
        if i32::try_from(value).is_err() {
            raise!(t, OverflowError, "signed integer is greater than maximum");
        }
        *field = value;
    }
    for (name, is_zone) in [("tm_zone", true), ("tm_gmtoff", false)] {
        let name = t.interpreter().intern(t, name);
        let hidden = ungil_objects::protocol::attribute::get_if_any(t, tuple, name)?;
        match hidden {
            Some(value) if is_zone => {
                if let Some(zone) = value.downcast_ref::<Str>() {
                    calendar.zone = zone.to_string();
                }
            }
            Some(value) => calendar.offset = value.borrow().as_i64().unwrap_or(0),
            None => {}
        }
    }
    if calendar.zone.is_empty() {
        let summer = calendar.fields[8] > 0;
        calendar.zone = zone(summer).map(|zone| zone.zone).unwrap_or_default();
    }
    Ok(calendar)
}

/// The nine numbers of a time tuple, in their ranges; zeros that mean "unknown" become the least number.
pub(super) fn checked_argument(t: &mut Thread, tuple: Ref<'_>, function: &str) -> Result<Calendar> {
    let mut calendar = argument(t, tuple, function)?;
    let fields = &mut calendar.fields;
    for at in [1, 2, 7] {
        if fields[at] == 0 {
            fields[at] = 1;
        }
    }
    let ranges = [
        (1, 1..=12, "month"),
        (2, 1..=31, "day of month"),
        (3, 0..=23, "hour"),
        (4, 0..=59, "minute"),
        (5, 0..=61, "seconds"),
        (7, 1..=366, "day of year"),
    ];
    if fields[6] < -1 {
        raise!(t, ValueError, "day of week out of range");
    }
    fields[6] = fields[6].rem_euclid(7);
    for (at, range, name) in ranges {
        if !range.contains(&fields[at]) {
            raise!(t, ValueError, "{name} out of range");
        }
    }
    fields[8] = fields[8].signum();
    Ok(calendar)
}

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `Sat Jun  6 16:26:11 1998`
pub(super) fn show(calendar: &Calendar) -> String {
    let [year, month, day, hour, minute, second, weekday, ..] = calendar.fields;
    let (weekday, month) = (DAYS[weekday as usize % 7], MONTHS[(month - 1) as usize % 12]);
    format!("{weekday} {month}{day:3} {hour:02}:{minute:02}:{second:02} {year}")
}

/// A day of winter or summer time in this year, if the zone has both; else any day.
fn zone(summer: bool) -> Option<Calendar> {
    const HALF_YEAR: i64 = 365 * 24 * 3600 / 2;
    let now = system::now(system::REALTIME).ok()?.div_euclid(system::SECOND) as i64;
    let year = system::utc(now)?.fields;
    let january = now - (year[7] - 1) * 24 * 3600;
    let days = [system::local(january)?, system::local(january + HALF_YEAR)?];
    let wanted = days.iter().find(|day| (day.fields[8] > 0) == summer);
    Some(wanted.unwrap_or(&days[0]).clone())
}

/// Adds `timezone`, `altzone`, `daylight` and `tzname` to the module.
pub(super) fn add_zone(t: &mut Thread, module: &Object<Module>) -> Result<()> {
    let (winter, summer) = (zone(false).unwrap_or_default(), zone(true).unwrap_or_default());
    let has_summer = summer.fields[8] > 0;
    add_to_module(t, module, "timezone", Int::from_i64(t, -winter.offset))?;
    add_to_module(t, module, "altzone", Int::from_i64(t, -summer.offset))?;
    add_to_module(t, module, "daylight", Value::from_i32(has_summer.into()))?;
    let names = [&winter, &summer].map(|zone| Str::from_str(t, &zone.zone).into_value());
    let names = Tuple::from_values(t, names).into_value();
    add_to_module(t, module, "tzname", names)
}
