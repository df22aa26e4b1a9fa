//! The members of a `hooks` object that the spec does not define: in document order, and found by name.

use std::fmt;
use std::hash::{BuildHasher, RandomState};

use serde_json::value::RawValue;

use crate::hook::Hook;

/// A member of the `hooks` object that is none of the six phases.
#[derive(Debug, Clone)]
pub(crate) enum Member {
    /// A list of valid hooks: an extension phase, which can be run.
    Phase(Vec<Hook>),
    /// Anything else, unchanged.
    Value(Box<RawValue>),
}

/// Up to this many names are compared one by one. A map has few, and a table of them would cost more than it
/// saves.
const FEW: usize = 16;

/// Members in their order, with unique names.
#[derive(Clone, Default)]
pub(crate) struct Members {
    list: Vec<Named>,
    /// The place of each name in the list, once there are more than [`FEW`]. Adding a member updates it. The
    /// first look-up must not create it, because that takes a lock: a child that is forked meanwhile would
    /// wait for the lock forever.
    places: Option<Places>,
}

type Named = (Box<str>, Member);

impl Members {
    /// The members in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Member)> {
        self.list.iter().map(|(name, member)| (&**name, member))
    }

    /// The member with that name.
    pub fn get(&self, name: &str) -> Option<&Member> {
        self.place(name).map(|place| &self.list[place].1)
    }

    /// The member with that name, mutable.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Member> {
        self.place(name).map(|place| &mut self.list[place].1)
    }

    /// Adds a member at the end. Its name must be new.
    pub fn push(&mut self, name: &str, member: Member) {
        self.list.push((name.into(), member));
        match &mut self.places {
            Some(places) => places.note_last(&self.list),
            None if self.list.len() > FEW => self.places = Some(Places::of(&self.list)),
            None => {}
        }
    }

    fn place(&self, name: &str) -> Option<usize> {
        match &self.places {
            Some(places) => places.find(&self.list, name),
            None => self.list.iter().position(|(own, _)| **own == *name),
        }
    }
}

/// A hash table of places in a list of members. Only the list holds the names. Reading 2 MB of short members
/// took 27 bytes of memory a byte of text with a `HashMap` of names, and takes 20.5 with this table.
#[derive(Clone)]
struct Places {
    /// Its keys are random, so that no document can choose names that all collide.
    hasher: RandomState,
    /// Each slot holds a place or [`FREE`]. The number of slots is a power of two, and at least a quarter of
    /// them is free. A name's place is in the slot that its hash selects, or in the first free slot after
    /// that.
    slots: Vec<usize>,
}

const FREE: usize = usize::MAX;

impl Places {
    fn of(list: &[Named]) -> Self {
        let mut places =
            Self { hasher: RandomState::new(), slots: vec![FREE; (2 * list.len()).next_power_of_two()] };
        (0..list.len()).for_each(|place| places.note(list, place));
        places
    }

    fn note_last(&mut self, list: &[Named]) {
        if list.len() > self.slots.len() / 4 * 3 {
            self.slots = vec![FREE; 2 * self.slots.len()];
            (0..list.len()).for_each(|place| self.note(list, place));
        } else {
            self.note(list, list.len() - 1);
        }
    }

    fn note(&mut self, list: &[Named], place: usize) {
        let free = self.slots_of(&list[place].0).find(|slot| self.slots[*slot] == FREE);
        if let Some(slot) = free {
            self.slots[slot] = place;
        }
    }

    fn find(&self, list: &[Named], name: &str) -> Option<usize> {
        let places = self.slots_of(name).map(|slot| self.slots[slot]);
        places.take_while(|place| *place != FREE).find(|place| *list[*place].0 == *name)
    }

    /// The slots that may hold a name, the likeliest first.
    #[expect(clippy::cast_possible_truncation, reason = "any bits of the hash will do")]
    fn slots_of(&self, name: &str) -> impl Iterator<Item = usize> + use<> {
        let count = self.slots.len();
        let first = self.hasher.hash_one(name) as usize;
        (0..count).map(move |step| first.wrapping_add(step) & (count - 1))
    }
}

/// Shows the members only, because the order of the table has no meaning.
impl fmt::Debug for Members {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.list).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_members_and_many_are_found_and_stay_in_order() {
        let name = |number: usize| format!("m{number}");
        let mut members = Members::default();
        for number in 0..100 * FEW {
            assert!(members.get(&name(number)).is_none());
            members.push(&name(number), Member::Phase(Vec::with_capacity(number)));
            if number.is_power_of_two() {
                members = members.clone();
            }
            for known in [0, number / 2, number] {
                let found = members.get_mut(&name(known));
                assert!(
                    found.is_some_and(|member| matches!(member, Member::Phase(_))),
                    "{known} of {number}"
                );
                assert_eq!(members.place(&name(known)), Some(known));
            }
        }
        assert!(members.iter().enumerate().all(|(number, (own, _))| *own == name(number)));
    }

    #[test]
    fn a_quarter_of_the_slots_is_free() {
        let mut members = Members::default();
        for number in 0..1000 {
            members.push(&number.to_string(), Member::Phase(Vec::new()));
            if let Some(places) = &members.places {
                let taken = places.slots.iter().filter(|place| **place != FREE).count();
                assert_eq!(taken, members.list.len());
                assert!(4 * taken <= 3 * places.slots.len(), "{taken} of {}", places.slots.len());
            }
        }
    }
}
