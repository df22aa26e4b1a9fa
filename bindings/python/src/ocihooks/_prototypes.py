"""Every function of <ocihooks.h> with its types. tests/test_prototypes.py compares this table with the header."""

from __future__ import annotations

from ctypes import CDLL, CFUNCTYPE, POINTER, c_char, c_char_p, c_int, c_size_t, c_uint64, c_void_p
from typing import Any, Dict, Tuple

# In a callback, c_char_p would be copied up to the first NUL. Therefore text with a length, and errmsg, which is
# written to, are pointers there.
_BYTES = POINTER(c_char)

Callback = CFUNCTYPE(c_int, c_char_p, _BYTES, c_size_t, _BYTES, c_size_t, c_void_p)
Destroy = CFUNCTYPE(None, c_void_p)
Observer = CFUNCTYPE(None, c_int, c_char_p, c_size_t, c_char_p, c_int, c_char_p, c_uint64, c_void_p)
OutputCallback = CFUNCTYPE(None, c_size_t, c_int, _BYTES, c_size_t, c_void_p)

CALLBACK_TYPES: Dict[str, Any] = {
    "ocihooks_callback": Callback,
    "ocihooks_destroy": Destroy,
    "ocihooks_observer": Observer,
    "ocihooks_output_callback": OutputCallback,
}

_HANDLE = c_void_p
_NEW_HANDLE = POINTER(c_void_p)
_STRINGS = POINTER(c_char_p)
_ERRMSG = (c_char_p, c_size_t)
_BUFFER = (c_char_p, c_size_t)
_LENGTH = POINTER(c_size_t)
_PARSE = (c_int, (c_char_p, c_size_t, _NEW_HANDLE, *_ERRMSG))
_CONTAINER = (c_char_p, c_size_t, _STRINGS, c_int)
_OF_REPORT = (_HANDLE,)
_OF_HOOK = (_HANDLE, c_size_t)

# name: (return type, parameter types)
PROTOTYPES: Dict[str, Tuple[Any, Tuple[Any, ...]]] = {
    "ocihooks_add_callback": (c_int, (_HANDLE, c_char_p, Callback, c_void_p, Destroy, *_ERRMSG)),
    "ocihooks_add_command": (c_int, (_HANDLE, c_char_p, c_char_p, _STRINGS, _STRINGS, c_int, *_ERRMSG)),
    "ocihooks_add_cdi_edits": (c_int, (_HANDLE, c_char_p, c_size_t, *_ERRMSG)),
    "ocihooks_clone": (c_int, (_HANDLE, _NEW_HANDLE, *_ERRMSG)),
    "ocihooks_config_set_hooks": (c_int, (c_char_p, c_size_t, _HANDLE, *_BUFFER, _LENGTH, *_ERRMSG)),
    "ocihooks_count": (c_size_t, (_HANDLE, c_char_p)),
    "ocihooks_filter": (c_int, (_HANDLE, c_char_p, c_char_p, c_size_t, _HANDLE, _NEW_HANDLE, *_ERRMSG)),
    "ocihooks_free": (None, (_HANDLE,)),
    "ocihooks_hooks_phase_count": (c_size_t, (_HANDLE,)),
    "ocihooks_hooks_phase_name": (c_size_t, (_HANDLE, c_size_t, *_BUFFER)),
    "ocihooks_hooksd_add_dir": (c_int, (_HANDLE, c_char_p, *_ERRMSG)),
    "ocihooks_hooksd_add_file": (c_int, (_HANDLE, c_char_p, c_char_p, c_size_t, *_ERRMSG)),
    "ocihooks_hooksd_add_stage": (c_int, (_HANDLE, c_char_p, *_ERRMSG)),
    "ocihooks_hooksd_count": (c_size_t, (_HANDLE,)),
    "ocihooks_hooksd_explain": (c_int, (_HANDLE, *_CONTAINER, *_BUFFER, _LENGTH, *_ERRMSG)),
    "ocihooks_hooksd_file": (c_size_t, (_HANDLE, c_size_t, *_BUFFER)),
    "ocihooks_hooksd_free": (None, (_HANDLE,)),
    "ocihooks_hooksd_match": (c_int, (_HANDLE, *_CONTAINER, _NEW_HANDLE, *_ERRMSG)),
    "ocihooks_hooksd_name": (c_size_t, (_HANDLE, c_size_t, *_BUFFER)),
    "ocihooks_hooksd_new": (c_int, (_NEW_HANDLE, *_ERRMSG)),
    "ocihooks_hooksd_refresh": (c_int, (_HANDLE, POINTER(c_int), *_ERRMSG)),
    "ocihooks_hooksd_set_check_host": (c_int, (_HANDLE, c_int, *_ERRMSG)),
    "ocihooks_hooksd_set_strict": (c_int, (_HANDLE, c_int, *_ERRMSG)),
    "ocihooks_hooksd_violation": (c_size_t, (_HANDLE, c_int, c_size_t, *_BUFFER)),
    "ocihooks_hooksd_violation_count": (c_size_t, (_HANDLE, c_int)),
    "ocihooks_hooksd_violations_json": (c_size_t, (_HANDLE, *_BUFFER)),
    "ocihooks_lint": (
        c_int,
        (c_int, c_char_p, c_char_p, c_size_t, _STRINGS, c_int, *_BUFFER, _LENGTH, *_ERRMSG),
    ),
    "ocihooks_merge": (c_int, (_HANDLE, _HANDLE, *_ERRMSG)),
    "ocihooks_new": (c_int, (_NEW_HANDLE, *_ERRMSG)),
    "ocihooks_parse": _PARSE,
    "ocihooks_parse_config": _PARSE,
    "ocihooks_parse_libcontainer": _PARSE,
    "ocihooks_phase_count": (c_size_t, ()),
    "ocihooks_phase_name": (c_char_p, (c_size_t,)),
    "ocihooks_phase_namespace": (c_int, (c_char_p, *_ERRMSG)),
    "ocihooks_read": (c_int, (c_int, c_int, c_char_p, c_size_t, _NEW_HANDLE, *_ERRMSG)),
    "ocihooks_reap_left_behind": (c_size_t, ()),
    "ocihooks_report_code": (c_int, _OF_REPORT),
    "ocihooks_report_config": (c_size_t, (*_OF_REPORT, *_BUFFER)),
    "ocihooks_report_count": (c_size_t, _OF_REPORT),
    "ocihooks_report_duration_ns": (c_uint64, _OF_REPORT),
    "ocihooks_report_free": (None, _OF_REPORT),
    "ocihooks_report_hook_core_dumped": (c_int, _OF_HOOK),
    "ocihooks_report_hook_duration_ns": (c_uint64, _OF_HOOK),
    "ocihooks_report_hook_errno": (c_int, _OF_HOOK),
    "ocihooks_report_hook_error": (c_size_t, (*_OF_HOOK, *_BUFFER)),
    "ocihooks_report_hook_exit_code": (c_int, _OF_HOOK),
    "ocihooks_report_hook_failed": (c_int, _OF_HOOK),
    "ocihooks_report_hook_kind": (c_int, _OF_HOOK),
    "ocihooks_report_hook_message": (c_size_t, (*_OF_HOOK, *_BUFFER)),
    "ocihooks_report_hook_outcome": (c_int, _OF_HOOK),
    "ocihooks_report_hook_output": (c_size_t, (*_OF_HOOK, c_int, *_BUFFER)),
    "ocihooks_report_hook_output_bytes": (c_uint64, (*_OF_HOOK, c_int)),
    "ocihooks_report_hook_output_truncated": (c_int, (*_OF_HOOK, c_int)),
    "ocihooks_report_hook_path": (c_size_t, (*_OF_HOOK, *_BUFFER)),
    "ocihooks_report_hook_pid": (c_int, _OF_HOOK),
    "ocihooks_report_hook_signal": (c_int, _OF_HOOK),
    "ocihooks_report_hook_system_time_ns": (c_uint64, _OF_HOOK),
    "ocihooks_report_hook_user_time_ns": (c_uint64, _OF_HOOK),
    "ocihooks_report_json": (c_size_t, (*_OF_REPORT, *_BUFFER)),
    "ocihooks_report_message": (c_size_t, (*_OF_REPORT, *_BUFFER)),
    "ocihooks_report_phase": (c_size_t, (*_OF_REPORT, *_BUFFER)),
    "ocihooks_report_warning": (c_size_t, (*_OF_REPORT, c_size_t, *_BUFFER)),
    "ocihooks_report_warning_count": (c_size_t, _OF_REPORT),
    "ocihooks_report_warning_hook": (c_int, (*_OF_REPORT, c_size_t)),
    "ocihooks_report_warning_kind": (c_int, (*_OF_REPORT, c_size_t)),
    "ocihooks_run": (c_int, (_HANDLE, c_char_p, c_char_p, c_size_t, _HANDLE, _NEW_HANDLE, *_ERRMSG)),
    "ocihooks_runner_add_cancel_fd": (c_int, (_HANDLE, c_int, *_ERRMSG)),
    "ocihooks_runner_free": (None, (_HANDLE,)),
    "ocihooks_runner_new": (c_int, (_NEW_HANDLE, *_ERRMSG)),
    "ocihooks_runner_set_budget_ms": (c_int, (_HANDLE, c_uint64, *_ERRMSG)),
    "ocihooks_runner_set_cancel_fd": (c_int, (_HANDLE, c_int, *_ERRMSG)),
    "ocihooks_runner_set_capture_limit": (c_int, (_HANDLE, c_size_t, *_ERRMSG)),
    "ocihooks_runner_set_cgroup_fd": (c_int, (_HANDLE, c_int, *_ERRMSG)),
    "ocihooks_runner_set_container_namespaces": (c_int, (_HANDLE, c_int, *_ERRMSG)),
    "ocihooks_runner_set_container_pid": (c_int, (_HANDLE, c_int, *_ERRMSG)),
    "ocihooks_runner_set_container_pidfd": (c_int, (_HANDLE, c_int, *_ERRMSG)),
    "ocihooks_runner_set_cwd": (c_int, (_HANDLE, c_char_p, *_ERRMSG)),
    "ocihooks_runner_set_cwd_may_fail": (c_int, (_HANDLE, c_int, *_ERRMSG)),
    "ocihooks_runner_set_default_timeout_ms": (c_int, (_HANDLE, c_uint64, *_ERRMSG)),
    "ocihooks_runner_set_environment": (c_int, (_HANDLE, c_int, _STRINGS, *_ERRMSG)),
    "ocihooks_runner_set_failure_policy": (c_int, (_HANDLE, c_int, *_ERRMSG)),
    "ocihooks_runner_set_filter_limit": (c_int, (_HANDLE, c_size_t, *_ERRMSG)),
    "ocihooks_runner_set_filter_may_write_nothing": (c_int, (_HANDLE, c_int, *_ERRMSG)),
    "ocihooks_runner_set_grace_ms": (c_int, (_HANDLE, c_uint64, *_ERRMSG)),
    "ocihooks_runner_set_process_group": (c_int, (_HANDLE, c_int, *_ERRMSG)),
    "ocihooks_runner_set_die_with_caller": (c_int, (_HANDLE, c_int, *_ERRMSG)),
    "ocihooks_runner_set_no_new_privileges": (c_int, (_HANDLE, c_int, *_ERRMSG)),
    "ocihooks_runner_set_observer": (c_int, (_HANDLE, Observer, c_void_p, Destroy, *_ERRMSG)),
    "ocihooks_runner_set_old_calls": (c_int, (_HANDLE, c_int, *_ERRMSG)),
    "ocihooks_runner_set_output": (c_int, (_HANDLE, c_int, c_int, *_ERRMSG)),
    "ocihooks_runner_set_output_callback": (c_int, (_HANDLE, OutputCallback, c_void_p, Destroy, *_ERRMSG)),
    "ocihooks_runner_set_output_fd": (c_int, (_HANDLE, c_int, c_int, *_ERRMSG)),
    "ocihooks_runner_set_output_tee": (c_int, (_HANDLE, c_int, c_int, *_ERRMSG)),
    "ocihooks_runner_set_phase_capture_limit": (c_int, (_HANDLE, c_size_t, *_ERRMSG)),
    "ocihooks_runner_set_phase_variable": (c_int, (_HANDLE, c_char_p, *_ERRMSG)),
    "ocihooks_runner_set_rlimit": (c_int, (_HANDLE, c_int, c_uint64, c_uint64, *_ERRMSG)),
    "ocihooks_runner_set_state_check": (c_int, (_HANDLE, c_int, *_ERRMSG)),
    "ocihooks_set_lenient": (c_int, (_HANDLE, c_int, *_ERRMSG)),
    "ocihooks_state_for_phase": (c_int, (c_char_p, c_size_t, c_char_p, c_int, *_BUFFER, _LENGTH, *_ERRMSG)),
    "ocihooks_state_new": (
        c_int,
        (
            *(c_char_p, c_char_p, c_char_p, c_int, c_char_p),
            *(_STRINGS, _STRINGS, c_size_t, c_char_p, c_size_t),
            *(*_BUFFER, _LENGTH, *_ERRMSG),
        ),
    ),
    "ocihooks_strerror": (c_char_p, (c_int,)),
    "ocihooks_to_json": (c_size_t, (_HANDLE, *_BUFFER)),
    "ocihooks_to_libcontainer": (c_size_t, (_HANDLE, *_BUFFER)),
    "ocihooks_version": (c_char_p, ()),
    "ocihooks_warning": (c_size_t, (_HANDLE, c_size_t, *_BUFFER)),
    "ocihooks_warning_count": (c_size_t, (_HANDLE,)),
}


def declare(library: CDLL) -> None:
    """Declares the types of the library's functions. Raises AttributeError if the library lacks one of them."""
    for name, (restype, argtypes) in PROTOTYPES.items():
        function = getattr(library, name)
        function.restype = restype
        function.argtypes = argtypes
