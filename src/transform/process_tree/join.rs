//! Finds the parent of each process.
//!
//! A parent is the last process of the same machine with the wanted id, and
//! name if the event tells one, that started no later than the child: ids are
//! used again, and logs often write a parent and its child at the same time.
//! Where the event tells when its parent started, only that one is it. If there
//! is none the parent started before the log did, and is inferred from what its
//! children say of it: one for each different machine, id, name and time.

use super::events::{Events, NO_ID, NO_TEXT, NO_TIME, Processes};
use crate::Result;
use crate::table::{Map, Progress};

/// No parent.
pub(crate) const NONE: u32 = u32::MAX;

/// Reporting after so many rows keeps the page alive.
const REPORT_ROWS: usize = 1 << 16;

/// A process that no event started.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inferred {
    /// Its oldest child's event, or that of a grandchild if `is_grandparent`.
    pub(super) event: u32,
    pub(super) is_grandparent: bool,
    /// When it started, or [`NO_TIME`].
    pub(super) started: i64,
}

/// The nodes of the tree: the events, then the inferred processes.
#[derive(Debug)]
pub(super) struct Joined {
    pub(super) inferred: Vec<Inferred>,
    /// The parent of each node, or [`NONE`]; there are no cycles.
    pub(super) parents: Vec<u32>,
    /// All nodes by time, inferred ones before their first child.
    pub(super) order: Vec<u32>,
    /// For each node of `order`, whether it may have a key that another has.
    pub(super) may_repeat: Vec<bool>,
}

/// A node, and the event that tells of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'a> {
    pub(super) event: u32,
    /// What the event says of it.
    pub(super) of: &'a Processes,
    pub(super) time: i64,
}

impl Joined {
    pub(super) fn node<'a>(&self, events: &'a Events, node: u32) -> Node<'a> {
        let Some(i) = (node as usize).checked_sub(events.len()) else {
            return Node {
                event: node,
                of: &events.own,
                time: events.own.time(node),
            };
        };
        let inferred = self.inferred[i];
        let of = match inferred.is_grandparent {
            false => &events.parents,
            true => &events.grandparents,
        };
        Node {
            event: inferred.event,
            of,
            time: inferred.started,
        }
    }
}

/// What tells processes apart but for their time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    id: u64,
    /// The machine above, the name below, as two words are hashed faster than three.
    host_and_name: u64,
}

impl Key {
    /// [`NO_TEXT`] as a name is any.
    fn new(host: u32, id: u64, name: u32) -> Self {
        Self {
            id,
            host_and_name: u64::from(host) << 32 | u64::from(name),
        }
    }

    fn has_name(self) -> bool {
        self.host_and_name as u32 != NO_TEXT
    }

    fn of_any_name(self) -> Self {
        Self {
            host_and_name: self.host_and_name | u64::from(NO_TEXT),
            ..self
        }
    }
}

/// The events of each key, by time.
struct Index {
    numbers: Map<Key, u32>,
    /// Where the events of a number begin; one more than there are numbers.
    starts: Vec<u32>,
    events: Vec<u32>,
}

impl Index {
    fn new(order: &[u32], key: impl Fn(u32) -> Key) -> Self {
        let mut numbers: Map<Key, u32> = Map::default();
        let mut starts = vec![0];
        let of_events: Vec<u32> = order
            .iter()
            .map(|&event| {
                let next = numbers.len() as u32;
                let number = *numbers.entry(key(event)).or_insert(next);
                if number == next {
                    starts.push(0);
                }
                starts[number as usize + 1] += 1;
                number
            })
            .collect();
        for number in 1..starts.len() {
            starts[number] += starts[number - 1];
        }
        let mut ends = starts.clone();
        let mut events = vec![0; order.len()];
        for (&event, number) in order.iter().zip(of_events) {
            let end = &mut ends[number as usize];
            events[*end as usize] = event;
            *end += 1;
        }
        Self {
            numbers,
            starts,
            events,
        }
    }

    /// The events of a key, by time.
    fn of(&self, key: Key) -> &[u32] {
        let Some(&number) = self.numbers.get(&key) else {
            return &[];
        };
        let number = number as usize;
        &self.events[self.starts[number] as usize..self.starts[number + 1] as usize]
    }
}

fn of(index: &Option<Index>, key: Key) -> &[u32] {
    index.as_ref().map_or(&[], |index| index.of(key))
}

struct Join<'a> {
    events: &'a Events,
    /// Absent where all events tell their parent's name.
    by_id: Option<Index>,
    /// Absent where none does.
    by_name: Option<Index>,
    inferred: Vec<Inferred>,
    /// The inferred process of each key and time of start.
    numbers: Map<(Key, i64), u32>,
    parents: Vec<u32>,
}

/// What an event says of a process that started before another.
struct Wanted {
    key: Key,
    /// When it started, or [`NO_TIME`].
    started: i64,
    /// Its child started then.
    child: i64,
}

pub(super) fn join(events: &Events, progress: &mut Progress<'_>) -> Result<Joined> {
    let order = events.by_time();
    progress.at(1, 10)?;
    let has_names = order
        .iter()
        .any(|&event| events.parents.name(event) != NO_TEXT);
    let by_name = has_names.then(|| {
        Index::new(&order, |event| {
            let own = &events.own;
            Key::new(events.host(event), own.id(event), own.name(event))
        })
    });
    progress.at(2, 10)?;
    let by_name_alone = !events.parents.has_times()
        && !events.grandparents.has_ids()
        && order.iter().all(|&event| {
            let parents = &events.parents;
            parents.name(event) != NO_TEXT || parents.id(event) == NO_ID
        });
    let by_id = (by_name.is_none() || !by_name_alone).then(|| {
        Index::new(&order, |event| {
            Key::new(events.host(event), events.own.id(event), NO_TEXT)
        })
    });
    progress.at(3, 10)?;
    let mut join = Join {
        events,
        by_id,
        by_name,
        inferred: Vec::new(),
        numbers: Map::default(),
        parents: vec![NONE; events.len()],
    };
    for (done, &event) in order.iter().enumerate() {
        if done.is_multiple_of(REPORT_ROWS) {
            progress.part(0.3, 0.8).at(done, order.len())?;
        }
        join.parents[event as usize] = join.parent(event);
    }
    join.find_grandparents();
    join.cut_cycles();
    let order = join.order(&order);
    let may_repeat = join.may_repeat(&order);
    Ok(Joined {
        may_repeat,
        inferred: join.inferred,
        parents: join.parents,
        order,
    })
}

impl Join<'_> {
    /// The parent of an event's process, which is inferred if need be.
    fn parent(&mut self, event: u32) -> u32 {
        let wanted = self.wanted(event);
        if wanted.key.id == NO_ID {
            return NONE;
        }
        match self.find(&wanted, false) {
            NONE => self.infer(&wanted, event, false),
            parent => parent,
        }
    }

    fn wanted(&self, event: u32) -> Wanted {
        let (events, parents) = (self.events, &self.events.parents);
        let child = events.own.time(event);
        Wanted {
            key: Key::new(events.host(event), parents.id(event), parents.name(event)),
            // A parent that starts after its child is a clock that was set.
            started: Some(parents.time(event))
                .filter(|&time| time <= child)
                .unwrap_or(NO_TIME),
            child,
        }
    }

    /// The event that started this process; `earlier` than the child, where a
    /// process of the same time would be its own ancestor.
    fn find(&self, wanted: &Wanted, earlier: bool) -> u32 {
        let time = |event: &u32| self.events.own.time(*event);
        if wanted.started != NO_TIME && !earlier {
            let candidates = of(&self.by_id, wanted.key.of_any_name());
            let after = candidates.partition_point(|event| time(event) <= wanted.started);
            return match candidates[..after].last() {
                Some(event) if time(event) == wanted.started => *event,
                _ => NONE,
            };
        }
        let candidates = match &self.by_name {
            Some(by_name) if wanted.key.has_name() => by_name.of(wanted.key),
            _ => of(&self.by_id, wanted.key.of_any_name()),
        };
        let after = candidates.partition_point(|event| {
            time(event) < wanted.child || (!earlier && time(event) == wanted.child)
        });
        candidates[..after].last().copied().unwrap_or(NONE)
    }

    fn infer(&mut self, wanted: &Wanted, event: u32, is_grandparent: bool) -> u32 {
        let next = (self.events.len() + self.inferred.len()) as u32;
        let number = *self
            .numbers
            .entry((wanted.key, wanted.started))
            .or_insert(next);
        if number == next {
            self.inferred.push(Inferred {
                event,
                is_grandparent,
                started: wanted.started,
            });
            self.parents.push(NONE);
        }
        number
    }

    /// The parents of inferred processes, where their children's events tell them.
    fn find_grandparents(&mut self) {
        for i in 0..self.inferred.len() {
            let event = self.inferred[i].event;
            let (events, grandparents) = (self.events, &self.events.grandparents);
            let parent = self.wanted(event);
            let child = if parent.started == NO_TIME {
                parent.child
            } else {
                parent.started
            };
            let wanted = Wanted {
                key: Key::new(
                    events.host(event),
                    grandparents.id(event),
                    grandparents.name(event),
                ),
                started: Some(grandparents.time(event))
                    .filter(|&time| time <= child)
                    .unwrap_or(NO_TIME),
                child,
            };
            if wanted.key.id != NO_ID {
                self.parents[events.len() + i] = match self.find(&wanted, false) {
                    NONE => self.infer(&wanted, event, true),
                    parent => parent,
                };
            }
        }
    }

    /// Processes of the same time may each seem the other's parent. The first of
    /// them gets a parent of an earlier time, or an inferred one.
    fn cut_cycles(&mut self) {
        for node in self.cycles() {
            let is_event = (node as usize) < self.events.len();
            self.parents[node as usize] = if is_event {
                self.earlier_parent(node)
            } else {
                NONE
            };
        }
        // Contradicting words about grandparents can close one again.
        for node in self.cycles() {
            self.parents[node as usize] = NONE;
        }
    }

    fn earlier_parent(&mut self, event: u32) -> u32 {
        let wanted = self.wanted(event);
        match self.find(&wanted, true) {
            // It calls itself its parent, as the first process of all does.
            NONE if wanted.key.id == self.events.own.id(event) => NONE,
            NONE => {
                let wanted = Wanted {
                    started: NO_TIME,
                    ..wanted
                };
                self.infer(&wanted, event, false)
            }
            parent => parent,
        }
    }

    /// The first node of each cycle.
    fn cycles(&self) -> Vec<u32> {
        let mut walks = vec![NONE; self.parents.len()];
        let mut cycles = Vec::new();
        for start in 0..self.parents.len() as u32 {
            let mut node = start;
            while node != NONE && walks[node as usize] == NONE {
                walks[node as usize] = start;
                node = self.parents[node as usize];
            }
            if node == NONE || walks[node as usize] != start {
                continue;
            }
            // This walk met itself.
            let (mut first, mut at) = (node, self.parents[node as usize]);
            while at != node {
                first = first.min(at);
                at = self.parents[at as usize];
            }
            cycles.push(first);
        }
        cycles
    }

    /// Events have one key if their machine, id and time are equal; inferred
    /// processes may have that of an event without a time.
    fn may_repeat(&self, order: &[u32]) -> Vec<bool> {
        let time = |event: u32| self.events.own.time(event);
        let mut events = vec![false; self.events.len()];
        // An index of names has those of one key side by side too.
        if let Some(index) = self.by_name.as_ref().or(self.by_id.as_ref()) {
            let pairs = index.events.windows(2);
            for pair in pairs.filter(|pair| time(pair[0]) == time(pair[1])) {
                events[pair[0] as usize] = true;
                events[pair[1] as usize] = true;
            }
        }
        let may_repeat = order.iter().map(|&node| match events.get(node as usize) {
            // A key has 1970 where there is no time.
            Some(&event) => event || matches!(time(node), NO_TIME | 0),
            None => true,
        });
        may_repeat.collect()
    }

    /// All nodes in the order of `events`, each inferred one before its first child.
    fn order(&self, events: &[u32]) -> Vec<u32> {
        let first_inferred = self.events.len() as u32;
        let mut order = Vec::with_capacity(self.parents.len());
        let mut is_placed = vec![false; self.inferred.len()];
        let mut line = Vec::new();
        // An inferred process that lost its children comes last.
        let childless = first_inferred..self.parents.len() as u32;
        for node in events.iter().copied().chain(childless) {
            if node < first_inferred {
                line.push(node);
            }
            let mut at = if node < first_inferred {
                self.parents[node as usize]
            } else {
                node
            };
            while at != NONE && at >= first_inferred {
                let placed = &mut is_placed[(at - first_inferred) as usize];
                if std::mem::replace(placed, true) {
                    break;
                }
                line.push(at);
                at = self.parents[at as usize];
            }
            order.extend(line.drain(..).rev());
        }
        order
    }
}
