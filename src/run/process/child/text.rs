//! The orders as text. The joiner gets them as its first argument, which can't hold a NUL.

use core::mem::{MaybeUninit, offset_of};

use super::args::{LIMITS, Limit, Orders};

/// Each byte becomes two letters, counted from `A`: the high half first, then the low half.
const FIRST_LETTER: u8 = b'A';

// The fields have no padding between them, because each is read and written as a number.
const _: () = assert!(
    size_of::<Orders>()
        == size_of::<super::signals::SignalSet>()
            + 2 * 4
            + 3 * 4
            + 5 * 4
            + size_of::<super::args::ContainerEntry>()
            + size_of::<super::args::Region>()
            + LIMITS * size_of::<Limit>()
);

/// The number of bytes of the orders that are sent: unused limits are left out.
fn used(limit_count: u32) -> usize {
    offset_of!(Orders, limits) + (limit_count as usize).min(LIMITS) * size_of::<Limit>()
}

/// Writes the orders as text, ended by NUL.
pub(in super::super) fn encode(orders: &Orders, text: &mut impl Extend<u8>) {
    // SAFETY: the orders are numbers without padding, so every byte is initialised.
    let bytes =
        unsafe { core::slice::from_raw_parts(core::ptr::from_ref(orders).cast::<u8>(), size_of::<Orders>()) };
    let used = bytes.get(..used(orders.limit_count)).unwrap_or(bytes);
    text.extend(used.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|half| FIRST_LETTER + half));
    text.extend([0]);
}

/// Reads the orders from text.
/// # Safety
/// The text ends with NUL.
#[allow(dead_code)] // unused in the library: the joiner reads it
pub(in super::super) unsafe fn decode(mut text: *const u8) -> Orders {
    let mut orders = MaybeUninit::<Orders>::zeroed();
    let bytes = orders.as_mut_ptr().cast::<u8>();
    let mut place = 0;
    while place < size_of::<Orders>() {
        // SAFETY: the text is read up to its NUL, and the bytes of the orders are written one after the other.
        unsafe {
            let high = *text;
            if high == 0 {
                break;
            }
            let low = *text.add(1);
            bytes.add(place).write((high.wrapping_sub(FIRST_LETTER) << 4) | low.wrapping_sub(FIRST_LETTER));
            text = text.add(2);
        }
        place += 1;
    }
    // SAFETY: every byte pattern is valid for numbers.
    unsafe { orders.assume_init() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::process::child::{ContainerEntry, NamespaceEntry, Region};

    fn orders() -> Orders {
        let mut container = ContainerEntry::NONE;
        container.namespaces[7] = NamespaceEntry {
            inode: u64::MAX,
            file: *b"pid_for_children\0\0\0\0",
            fd: 9,
            flag: -1,
            ..container.namespaces[0]
        };
        let mut limits = [Limit::default(); LIMITS];
        limits[1] = Limit { resource: 7, soft: 255, hard: u64::MAX };
        Orders {
            reset: 1 << 63,
            flags: 3,
            limit_count: 2,
            stdio: [0, -1, i32::MAX],
            cgroup: i32::MIN,
            channel: 5,
            tag: 7,
            caller: 11,
            unused: 0,
            container,
            region: Region { end: usize::MAX, ..Region::NONE },
            limits,
        }
    }

    #[test]
    fn what_is_encoded_is_decoded() {
        let orders = orders();
        let mut text = Vec::new();
        encode(&orders, &mut text);
        assert_eq!(text.iter().position(|byte| *byte == 0), Some(text.len() - 1));
        // SAFETY: it ends with NUL.
        let decoded = unsafe { decode(text.as_ptr()) };
        assert_eq!(format!("{decoded:?}"), format!("{orders:?}"));
    }

    #[test]
    fn only_the_limits_that_are_set_travel() {
        let (mut none, mut two) = (Vec::new(), Vec::new());
        encode(&Orders { limit_count: 0, ..orders() }, &mut none);
        encode(&orders(), &mut two);
        assert_eq!(two.len() - none.len(), 2 * 2 * size_of::<Limit>());
    }
}
