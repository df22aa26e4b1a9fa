//! A second Rust archive, which has the standard library and the unwinder's personality as well.

/// Returns 0 if a panic was caught.
#[unsafe(no_mangle)]
pub extern "C" fn second_catches() -> i32 {
    let out_of_bounds = || [1, 2, 3][std::env::args().count() + 3];
    i32::from(std::panic::catch_unwind(out_of_bounds).is_ok())
}
