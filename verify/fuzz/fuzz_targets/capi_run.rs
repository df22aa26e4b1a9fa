//! Maps and runs of the C API: hooks of any strings are added, and phases of callbacks are run. The report's texts are
//! read into buffers of any size.
#![no_main]

use std::cell::Cell;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;

use ::ocihooks::capi::*;
use libfuzzer_sys::fuzz_target;
use ocihooks_fuzz::c;

const STATE: &[u8] = br#"{"ociVersion":"1.2.0","id":"f","status":"running","pid":1,"bundle":"b"}"#;

fuzz_target!(|input: (u8, u8, i32, u8, &[u8])| {
    let (message_size, buffer_size, number, options, bytes) = input;
    let (message_size, buffer_size) = (usize::from(message_size), usize::from(buffer_size));
    let strings = c::strings(bytes);
    check_added(&strings, number, message_size, buffer_size);
    check_run(&strings, number, options, message_size, buffer_size);
    check_options(&strings, number, message_size);
});

fn new_map() -> *mut ocihooks {
    let mut hooks = ptr::null_mut();
    // SAFETY: a place for a pointer.
    assert_eq!(unsafe { ocihooks_new(&raw mut hooks, ptr::null_mut(), 0) }, 0);
    hooks
}

/// A command made of the input's strings: phase, path, arguments, environment. An accepted command survives writing and
/// reading.
fn check_added(strings: &[CString], timeout: c_int, message_size: usize, size: usize) {
    let text = |place: usize| strings.get(place).map_or(ptr::null(), |text| text.as_ptr());
    let rest = strings.get(2..).unwrap_or_default();
    let (args, env) = rest.split_at(rest.len() / 2);
    let (args, env) = (c::list(args), c::list(env));
    let args = if timeout % 2 == 0 { args.as_ptr() } else { ptr::null() };
    // SAFETY: NUL-ended strings or NULL, lists that end, and buffers of their sizes.
    unsafe {
        let (code, _) = c::coded(message_size, |message, room| {
            let hooks = new_map();
            let code = ocihooks_add_command(
                hooks.as_mut(),
                text(0),
                text(1),
                args,
                env.as_ptr(),
                timeout,
                message,
                room,
            );
            let count = ocihooks_count(hooks.as_ref(), text(0));
            assert_eq!(count, usize::from(code == 0), "one more, where it went well");
            let written = c::text(size, |buffer, size| ocihooks_to_json(hooks.as_ref(), buffer, size));
            let mut back = ptr::null_mut();
            assert_eq!(
                ocihooks_parse(written.as_ptr().cast(), written.len(), &raw mut back, ptr::null_mut(), 0),
                0
            );
            assert_eq!(ocihooks_count(back.as_ref(), text(0)), count, "{written}");
            assert_eq!(c::text(size, |buffer, size| ocihooks_to_json(back.as_ref(), buffer, size)), written);
            ocihooks_free(back);
            ocihooks_free(hooks);
            code
        });
        let utf8 = |text: &CString| text.to_str().is_ok();
        let plain = strings.len() > 1 && strings.iter().all(utf8) && !strings[0].is_empty();
        let allowed = plain && strings[1].as_bytes().starts_with(b"/") && timeout >= 0;
        assert!(!allowed || code == 0, "an allowed command was refused: {code}");
        assert!(
            code != 0 || (strings[1].as_bytes().starts_with(b"/") && timeout >= 0),
            "a forbidden command was accepted"
        );
        let _ = ocihooks_phase_namespace(text(0), ptr::null_mut(), 0);
        let _ = CStr::from_ptr(ocihooks_strerror(timeout));
    }
}

/// The callbacks' instructions and observations.
struct Host<'h> {
    strings: &'h [CString],
    number: c_int,
    calls: Cell<usize>,
    events: Cell<usize>,
    freed: Cell<usize>,
}

/// Returns the number on every other call, with a string of the input as its message, terminated or not.
unsafe extern "C" fn callback(
    phase: *const c_char,
    state: *const c_char,
    length: usize,
    message: *mut c_char,
    room: usize,
    data: *mut c_void,
) -> c_int {
    // SAFETY: the header's promises to a callback; the data is the host below.
    unsafe {
        let host = &*data.cast::<Host>();
        assert_eq!(CStr::from_ptr(phase), host.strings[0].as_c_str());
        assert_eq!(std::slice::from_raw_parts(state.cast::<u8>(), length + 1), [STATE, b"\0"].concat());
        let calls = host.calls.replace(host.calls.get() + 1);
        let text = host.strings[calls % host.strings.len()].as_bytes();
        let count = text.len().min(room);
        ptr::copy_nonoverlapping(text.as_ptr().cast(), message, count);
        if count > 0 && calls % 3 == 0 {
            ptr::write_bytes(message.add(count), b'x', room - count); // no NUL
        }
        if calls % 2 == 0 { host.number } else { 0 }
    }
}

unsafe extern "C" fn observer(
    event: c_int,
    _: *const c_char,
    _: usize,
    path: *const c_char,
    _: c_int,
    _: *const c_char,
    _: u64,
    data: *mut c_void,
) {
    assert!(path.is_null() && (0..2).contains(&event));
    // SAFETY: the host below.
    let host = unsafe { &*data.cast::<Host>() };
    host.events.set(host.events.get() + 1);
}

unsafe extern "C" fn destroy(data: *mut c_void) {
    // SAFETY: the host below.
    let host = unsafe { &*data.cast::<Host>() };
    host.freed.set(host.freed.get() + 1);
}

/// Runs up to seven callbacks in a phase of any name.
fn check_run(strings: &[CString], number: c_int, options: u8, message_size: usize, size: usize) {
    let Some(phase) = strings.first().filter(|text| text.to_str().is_ok_and(|text| !text.is_empty())) else {
        return;
    };
    let host = Host { strings, number, calls: Cell::new(0), events: Cell::new(0), freed: Cell::new(0) };
    let data = ptr::from_ref(&host).cast_mut().cast();
    let (hooks, count, policy) = (new_map(), usize::from(options & 7), c_int::from(options >> 3 & 3));
    let mut runner = ptr::null_mut();
    // SAFETY: handles made here, places for pointers, a state with its length, and a host that outlives all.
    unsafe {
        for _ in 0..count {
            let added = ocihooks_add_callback(
                hooks.as_mut(),
                phase.as_ptr(),
                Some(callback),
                data,
                Some(destroy),
                ptr::null_mut(),
                0,
            );
            assert_eq!(added, 0);
        }
        assert_eq!(ocihooks_runner_new(&raw mut runner, ptr::null_mut(), 0), 0);
        assert_eq!(ocihooks_runner_set_failure_policy(runner.as_mut(), policy, ptr::null_mut(), 0), 0);
        let set =
            ocihooks_runner_set_observer(runner, Some(observer), data, Some(destroy), ptr::null_mut(), 0);
        assert_eq!(set, 0);
        let (code, message) = c::coded(message_size, |message, room| {
            host.calls.set(0);
            let (state, length) = (STATE.as_ptr().cast(), STATE.len());
            ocihooks_run(
                hooks.as_ref(),
                phase.as_ptr(),
                state,
                length,
                runner.as_ref(),
                ptr::null_mut(),
                message,
                room,
            )
        });
        host.calls.set(0);
        host.events.set(0);
        let mut report = ptr::null_mut();
        let (state, length) = (STATE.as_ptr().cast(), STATE.len());
        let again = ocihooks_run(
            hooks.as_ref(),
            phase.as_ptr(),
            state,
            length,
            runner.as_ref(),
            &raw mut report,
            ptr::null_mut(),
            0,
        );
        assert_eq!(again, code);
        check_report(report.as_ref(), code, &message, count, size);
        if !report.is_null() {
            assert_eq!(host.events.get(), 2 * host.calls.get(), "two events a call");
            assert_eq!(
                c::text(size, |buffer, size| ocihooks_report_phase(report.as_ref(), buffer, size)).as_bytes(),
                phase.as_bytes()
            );
        }
        ocihooks_report_free(report);
        ocihooks_free(hooks);
        assert_eq!(host.freed.get(), count);
        ocihooks_runner_free(runner);
        assert_eq!(host.freed.get(), count + 1);
    }
}

fn check_report(report: Option<&ocihooks_report>, code: c_int, message: &str, count: usize, size: usize) {
    // SAFETY: buffers of their sizes.
    unsafe {
        let json = c::text(size, |buffer, size| ocihooks_report_json(report, buffer, size));
        assert_eq!(
            c::text(size, |buffer, size| ocihooks_report_message(report, buffer, size)),
            if report.is_some() { message } else { "" }
        );
        if report.is_none() {
            assert!(json.is_empty() && code != 0);
            return;
        }
        let json: serde_json::Value = serde_json::from_str(&json).expect("a report is JSON");
        assert_eq!((&json["code"], ocihooks_report_code(report)), (&code.into(), code));
        assert_eq!(ocihooks_report_count(report), count);
        let warnings = ocihooks_report_warning_count(report);
        for index in 0..warnings + 1 {
            let warning = c::text(size, |buffer, size| ocihooks_report_warning(report, index, buffer, size));
            assert_eq!(json["warnings"][index].as_str().unwrap_or_default(), warning);
        }
        for index in 0..count + 1 {
            let hook = &json["hooks"][index];
            let text =
                c::text(size, |buffer, size| ocihooks_report_hook_message(report, index, buffer, size));
            assert_eq!(hook["message"].as_str().unwrap_or_default(), text);
            assert_eq!(
                c::text(size, |buffer, size| ocihooks_report_hook_path(report, index, buffer, size)),
                ""
            );
            for stream in 0..4 {
                assert!(
                    c::bytes(size, |buffer, size| ocihooks_report_hook_output(
                        report, index, stream, buffer, size
                    ))
                    .is_empty()
                );
            }
            let answer = ocihooks_report_hook_exit_code(report, index);
            assert!(hook["exitCode"].as_i64().is_none_or(|code| code == i64::from(answer)));
        }
    }
}

/// Options that take text: they copy it, or refuse it.
fn check_options(strings: &[CString], number: c_int, message_size: usize) {
    let mut runner = ptr::null_mut();
    let text = strings.first().map_or(ptr::null(), |text| text.as_ptr());
    let list = c::list(strings);
    // SAFETY: a handle made here, NUL-ended strings or NULL, and a list that ends.
    unsafe {
        assert_eq!(ocihooks_runner_new(&raw mut runner, ptr::null_mut(), 0), 0);
        let utf8 = strings.iter().all(|text| text.to_str().is_ok());
        let set = |which: u8, number: c_int, message, room| match which {
            0 => ocihooks_runner_set_cwd(runner.as_mut(), text, message, room),
            1 => ocihooks_runner_set_phase_variable(runner.as_mut(), text, message, room),
            2 => ocihooks_runner_set_environment(runner.as_mut(), number, list.as_ptr(), message, room),
            3 => ocihooks_runner_set_output(runner.as_mut(), number, number, message, room),
            _ => ocihooks_runner_set_failure_policy(runner.as_mut(), number, message, room),
        };
        assert!(!utf8 || set(2, 2, ptr::null_mut(), 0) == 0);
        for which in 0..5 {
            let (code, message) = c::coded(message_size, |message, room| set(which, number, message, room));
            assert!(code == 0 && message.is_empty() || code == -1, "{code} {message}");
        }
        ocihooks_runner_free(runner);
    }
}
