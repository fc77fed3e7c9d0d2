//! The system's clocks and calendar: the only calls into the C library that the module makes.

use std::ffi::{CStr, CString};
use std::mem::MaybeUninit;

pub const REALTIME: i32 = libc::CLOCK_REALTIME;
pub const MONOTONIC: i32 = libc::CLOCK_MONOTONIC;
pub const PROCESS: i32 = libc::CLOCK_PROCESS_CPUTIME_ID;
pub const THREAD: i32 = libc::CLOCK_THREAD_CPUTIME_ID;

/// Nanoseconds in a second.
pub const SECOND: i128 = 1_000_000_000;

/// A broken-down time: the fields of `struct_time` in its order and with its ranges.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    /// Year, month 1–12, day, hour, minute, second, weekday from Monday 0, day of the year 1–366, daylight saving.
    pub fields: [i64; 9],
    pub offset: i64,
    pub zone: String,
}

fn nanoseconds(time: libc::timespec) -> i128 {
    i128::from(time.tv_sec) * SECOND + i128::from(time.tv_nsec)
}

fn timespec(nanoseconds: i128) -> libc::timespec {
    // SAFETY: plain integers.
    let mut time: libc::timespec = unsafe { std::mem::zeroed() };
    time.tv_sec = nanoseconds.div_euclid(SECOND) as libc::time_t;
    time.tv_nsec = nanoseconds.rem_euclid(SECOND) as _;
    time
}

fn done(status: i32) -> std::io::Result<()> {
    if status == 0 { Ok(()) } else { Err(std::io::Error::last_os_error()) }
}

/// What a clock shows, in nanoseconds.
pub fn now(clock: i32) -> std::io::Result<i128> {
    let mut time = MaybeUninit::uninit();
    // SAFETY: the pointer is valid; the time is written on success.
    unsafe {
        done(libc::clock_gettime(clock, time.as_mut_ptr()))?;
        Ok(nanoseconds(time.assume_init()))
    }
}

/// The resolution of a clock, in nanoseconds.
pub fn resolution(clock: i32) -> std::io::Result<i128> {
    let mut time = MaybeUninit::uninit();
    // SAFETY: the pointer is valid; the resolution is written on success.
    unsafe {
        done(libc::clock_getres(clock, time.as_mut_ptr()))?;
        Ok(nanoseconds(time.assume_init()))
    }
}

/// Sets a clock.
pub fn set(clock: i32, nanoseconds: i128) -> std::io::Result<()> {
    // SAFETY: the pointer is valid.
    done(unsafe { libc::clock_settime(clock, &timespec(nanoseconds)) })
}

/// Sleeps until the monotonic clock shows the deadline. Answers whether it does; a signal ends the sleep early.
pub fn sleep_until(deadline: i128) -> bool {
    // SAFETY: the pointers are valid or null where that is allowed.
    let status = unsafe {
        libc::clock_nanosleep(MONOTONIC, libc::TIMER_ABSTIME, &timespec(deadline), std::ptr::null_mut())
    };
    status != libc::EINTR
}

fn to_calendar(broken_down: &libc::tm) -> Calendar {
    // SAFETY: the C library's zone names are static texts, or null.
    let zone = unsafe {
        match broken_down.tm_zone.is_null() {
            true => String::new(),
            false => CStr::from_ptr(broken_down.tm_zone).to_string_lossy().into_owned(),
        }
    };
    let fields = [
        i64::from(broken_down.tm_year) + 1900,
        i64::from(broken_down.tm_mon) + 1,
        broken_down.tm_mday.into(),
        broken_down.tm_hour.into(),
        broken_down.tm_min.into(),
        broken_down.tm_sec.into(),
        (i64::from(broken_down.tm_wday) + 6) % 7,
        i64::from(broken_down.tm_yday) + 1,
        broken_down.tm_isdst.into(),
    ];
    Calendar { fields, offset: broken_down.tm_gmtoff, zone }
}

/// The C form of a broken-down time whose fields were checked; `zone` must outlive it.
fn to_c(calendar: &Calendar, zone: &CStr) -> libc::tm {
    let [year, month, day, hour, minute, second, weekday, yearday, daylight] = calendar.fields;
    // SAFETY: integers and a pointer, which is set below.
    let mut broken_down: libc::tm = unsafe { std::mem::zeroed() };
    broken_down.tm_year = (year - 1900) as i32;
    broken_down.tm_mon = (month - 1) as i32;
    broken_down.tm_mday = day as i32;
    broken_down.tm_hour = hour as i32;
    broken_down.tm_min = minute as i32;
    broken_down.tm_sec = second as i32;
    broken_down.tm_wday = ((weekday + 1) % 7) as i32;
    broken_down.tm_yday = (yearday - 1) as i32;
    broken_down.tm_isdst = daylight as i32;
    broken_down.tm_gmtoff = calendar.offset;
    broken_down.tm_zone = zone.as_ptr();
    broken_down
}

/// A time in the local zone; `None` if its year does not fit.
pub fn local(seconds: i64) -> Option<Calendar> {
    let mut broken_down = MaybeUninit::<libc::tm>::uninit();
    // SAFETY: both pointers are valid; the result is written unless null is answered.
    unsafe {
        let answer = libc::localtime_r(&seconds, broken_down.as_mut_ptr());
        (!answer.is_null()).then(|| to_calendar(broken_down.assume_init_ref()))
    }
}

/// A time in UTC; `None` if its year does not fit.
pub fn utc(seconds: i64) -> Option<Calendar> {
    let mut broken_down = MaybeUninit::<libc::tm>::uninit();
    // SAFETY: both pointers are valid; the result is written unless null is answered.
    unsafe {
        let answer = libc::gmtime_r(&seconds, broken_down.as_mut_ptr());
        (!answer.is_null()).then(|| to_calendar(broken_down.assume_init_ref()))
    }
}

/// The time of a local date; `None` if there is none.
pub fn make(calendar: &Calendar) -> Option<i64> {
    let mut broken_down = to_c(calendar, c"");
    // The C library sets the weekday of a date that exists; -1 alone is a time as any other.
    broken_down.tm_wday = -1;
    // SAFETY: the pointer is valid, and the zone's name is static.
    let seconds = unsafe { libc::mktime(&mut broken_down) };
    (seconds != -1 || broken_down.tm_wday != -1).then_some(seconds)
}

/// A time as text by a format without NULs; `None` if the text would be absurdly long.
pub fn format(format: &str, calendar: &Calendar) -> Option<String> {
    let zone = CString::new(calendar.zone.as_str()).unwrap_or_default();
    let broken_down = to_c(calendar, &zone);
    let c_format = CString::new(format).ok()?;
    let mut size = 1024;
    loop {
        let mut text = vec![0u8; size];
        // SAFETY: the buffer has that size, and both texts end with a NUL.
        let written =
            unsafe { libc::strftime(text.as_mut_ptr().cast(), size, c_format.as_ptr(), &broken_down) };
        // Zero is an empty text or one that does not fit.
        if written > 0 || size > 256 * (format.len() + 4) {
            text.truncate(written);
            return Some(String::from_utf8_lossy(&text).into_owned());
        }
        size *= 2;
    }
}

/// Reads the local zone again from the environment.
pub fn reread_zone() {
    unsafe extern "C" {
        fn tzset();
    }
    // SAFETY: no arguments; the C library locks its zone data.
    unsafe { tzset() }
}
