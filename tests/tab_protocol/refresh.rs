//! One session in `localStorage`, tabs that refresh it, a user who signs out and in again.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use pkce_wasm::{
    config::Config,
    error::Code,
    refresh::{Refresh, Renewal},
    session::Session,
};
use serde_json::{Value, json};
use stateright::{Checker, Model, Property};

use crate::{
    common::{self, NOW, World, json_answer, parameters},
    visit_all,
};

/// A record as the storage holds it.
type Record = Arc<str>;

/// What may happen, and how often.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
struct Budget {
    /// The session falls due.
    refreshes: u8,
    /// A tab ends, at whatever step.
    ends: u8,
    /// A request does not arrive.
    unsent: u8,
    /// An answer does not arrive.
    lost: u8,
    /// The user signs out, and in again.
    sign_outs: u8,
}

const NOTHING: Budget = Budget { refreshes: 0, ends: 0, unsent: 0, lost: 0, sign_outs: 0 };

struct Browser {
    tabs: usize,
    budget: Budget,
    /// Whether the provider still takes a refresh token that it has replaced.
    grace: bool,
    /// Whether the others see what a tab wrote by the time its locks are free, when it ends.
    writes_outlive_their_tab: bool,
    config: Arc<Config>,
}

#[derive(Clone, Eq, Hash, PartialEq)]
struct State {
    /// Everything that was written to the storage, in order.
    writes: Vec<Option<Record>>,
    tabs: Vec<Tab>,
    /// Who holds the lock of the session.
    lock: Option<usize>,
    /// Who holds the mark on the refresh of which version.
    marks: BTreeMap<String, usize>,
    /// The tokens of each sign-in, as the provider has them.
    families: Vec<Family>,
    budget: Budget,
}

#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
struct Family {
    /// The number of the refresh token that is good.
    current: u8,
    signed_out: bool,
    /// A token was presented that had been replaced; without grace that is the end.
    reused: bool,
    /// A new token was given out that reached nobody.
    astray: bool,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct Tab {
    /// How many of the writes it sees.
    seen: usize,
    /// What the page knows.
    memory: Option<Record>,
    /// The record that it need not ask the others about.
    own: Option<Record>,
    /// Which versions its last refresh has left its marks on. Who sees no more than the interim record
    /// must not use the refresh token that the renewed one has as well.
    marks: Option<[String; 2]>,
    /// The news that it has not heard yet: that a record was written, and of which sign-in the user
    /// signed out.
    changed: bool,
    signed_out: BTreeSet<String>,
    step: Step,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum Step {
    Idle,
    Waiting {
        generation: u64,
    },
    Locked {
        generation: u64,
    },
    /// With what the storage had then.
    Sent {
        record: Record,
        writes: usize,
    },
    Answered {
        record: Record,
        status: u16,
        body: String,
    },
    /// With the versions that it has marked: the one that was refreshed, and the interim record's.
    Interim {
        versions: [String; 2],
        renewed: Record,
    },
    Ended {
        version: String,
    },
    Gone,
}

/// Which tab tells the one that asks of a newer record; none may hear it in time.
type Teller = Option<usize>;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Action {
    FallDue,
    Lock,
    Begin(Teller),
    Arrive,
    NotArrive,
    LoseAnswer,
    KeepInterim(Teller),
    KeepRenewed(Teller),
    LookAgain(Teller),
    See,
    HearChanged,
    HearSignedOut,
    SignOut,
    SignIn,
    End,
}

impl Browser {
    fn with(tabs: usize, budget: Budget) -> Self {
        Self {
            tabs,
            budget,
            grace: false,
            writes_outlive_their_tab: true,
            config: Arc::new(common::config(&common::options())),
        }
    }

    /// The record of a session that was just made.
    fn signed_in(&self, family: usize) -> Record {
        let record = World::standard().session().to_record();
        let mut record: Value = serde_json::from_str(&record).unwrap();
        record["id"] = json!(family.to_string());
        record["refresh_token"] = json!(token(family, 0));
        record.to_string().into()
    }

    fn read(&self, record: &str) -> Option<Session> {
        Session::read(record, &self.config)
    }

    /// As `version` in `src/web/steps/session.rs`.
    fn version(&self, record: Option<&Record>) -> Option<String> {
        let session = self.read(record?)?;
        Some(format!("{}/{}", session.id(), session.generation()))
    }

    /// What `newest` of `js/with-core/session.js` gives, after it has asked.
    fn get(&self, state: &mut State, tab: usize, teller: Teller) -> Option<Record> {
        if let Some(teller) = teller {
            let newer = state.view(teller);
            state.write(tab, newer);
        }
        let view = state.view(tab);
        state.tabs[tab].own.clone_from(&view);
        view
    }

    /// Whom a tab may hear from when it asks about the record that it sees.
    fn tellers(&self, state: &State, tab: usize) -> Vec<Teller> {
        let mut tellers = vec![None];
        let Some(view) = state.view(tab) else { return tellers };
        if state.tabs[tab].own.as_ref() == Some(&view) {
            return tellers;
        }
        let session = self.read(&view).unwrap();
        tellers.extend((0..self.tabs).filter(|&other| other != tab).map(Some).filter(|other| {
            let other = other.unwrap();
            let newer = state.view(other).and_then(|record| self.read(&record));
            state.tabs[other].step != Step::Gone
                && newer.is_some_and(|newer| {
                    newer.id() == session.id() && newer.generation() > session.generation()
                })
        }));
        tellers
    }

    /// Writes a record in the place of an older one of its sign-in. There is none when the user has signed
    /// out, or in again. A tab that lags behind may have put one back that it has heard of.
    fn replace(&self, state: &mut State, tab: usize, teller: Teller, record: &Record) -> bool {
        let present = self.get(state, tab, teller).and_then(|record| self.read(&record));
        let successor = self.read(record).unwrap();
        let is_older = present.is_some_and(|present| {
            present.id() == successor.id() && present.generation() < successor.generation()
        });
        if is_older {
            state.write(tab, Some(record.clone()));
        }
        is_older
    }

    fn request(&self, record: &str) -> String {
        let refresh = Refresh::begin(self.read(record).unwrap(), &self.config).unwrap();
        let form = refresh.request().form.unwrap();
        parameters(&form)["refresh_token"].clone()
    }

    /// What the provider makes of a refresh token.
    fn answer(&self, state: &mut State, record: &str) -> (u16, String) {
        let presented = self.request(record);
        let (family, number) = presented.split_once('-').unwrap();
        let family: usize = family.parse().unwrap();
        let here = &mut state.families[family];
        let is_replaced = number != here.current.to_string();
        here.reused |= is_replaced;
        if here.signed_out || (here.reused && !self.grace) {
            return (400, json!({ "error": "invalid_grant" }).to_string());
        }
        here.current += 1;
        let answer = json!({
            "access_token": "access",
            "token_type": "Bearer",
            "expires_in": 3600,
            "refresh_token": token(family, here.current),
        });
        (200, answer.to_string())
    }

    /// The refresh of this tab is over, and has led to this.
    fn rest(state: &mut State, tab: usize, memory: Option<Record>) {
        state.lock = None;
        let tab = &mut state.tabs[tab];
        tab.memory = memory;
        tab.step = Step::Idle;
    }

    /// The refresh of this tab has failed: its mark goes, and the store is looked into anew.
    fn give_up(state: &mut State, tab: usize, version: &str) {
        state.marks.remove(version);
        let view = state.view(tab);
        Self::rest(state, tab, view);
    }

    fn step(&self, state: &mut State, tab: usize, action: Action) {
        match (action, state.tabs[tab].step.clone()) {
            (Action::FallDue, _) => {
                state.budget.refreshes -= 1;
                let generation = self.read(state.tabs[tab].memory.as_ref().unwrap());
                let generation = generation.unwrap().generation();
                state.tabs[tab].step = Step::Waiting { generation };
            }
            (Action::Lock, Step::Waiting { generation }) => {
                state.lock = Some(tab);
                state.tabs[tab].step = Step::Locked { generation };
            }
            (Action::Begin(teller), Step::Locked { generation }) => {
                let record = self.get(state, tab, teller);
                let Some(session) = record.as_ref().and_then(|record| self.read(record)) else {
                    return Self::rest(state, tab, None);
                };
                if session.generation() > generation {
                    return Self::rest(state, tab, record);
                }
                let version = self.version(record.as_ref()).unwrap();
                if state.marks.contains_key(&version) {
                    // `AuthClient.#refreshOnce` asks again.
                    state.tabs[tab].own = None;
                    state.tabs[tab].step = Step::Waiting { generation };
                    state.lock = None;
                    return;
                }
                state.marks.insert(version, tab);
                state.tabs[tab].step =
                    Step::Sent { record: record.unwrap(), writes: state.writes.len() };
            }
            (Action::NotArrive, Step::Sent { record, .. }) => {
                state.budget.unsent -= 1;
                let version = self.version(Some(&record)).unwrap();
                Self::give_up(state, tab, &version);
            }
            (Action::LoseAnswer, Step::Sent { record, .. }) => {
                state.budget.lost -= 1;
                self.answer(state, &record);
                state.family_of(&self.read(&record).unwrap()).astray = true;
                let version = self.version(Some(&record)).unwrap();
                Self::give_up(state, tab, &version);
            }
            (Action::Arrive, Step::Sent { record, .. }) => {
                let (status, body) = self.answer(state, &record);
                state.tabs[tab].step = Step::Answered { record, status, body };
            }
            (Action::KeepInterim(teller), Step::Answered { record, status, body }) => {
                let version = self.version(Some(&record)).unwrap();
                let session = self.read(&record).unwrap();
                let refresh = Refresh::begin(session, &self.config).unwrap();
                let body: Value = serde_json::from_str(&body).unwrap();
                match refresh.finish(&json_answer(status, &body), NOW) {
                    Ok(refreshed) => {
                        let interim: Record = refreshed.interim.to_record().into();
                        let written = self.version(Some(&interim)).unwrap();
                        let Renewal::Verified(renewed) = refreshed.tokens else { panic!() };
                        let renewed = renewed.to_record().into();
                        if self.replace(state, tab, teller, &interim) {
                            state.marks.insert(written.clone(), tab);
                            let versions = [version, written];
                            state.tabs[tab].step = Step::Interim { versions, renewed };
                        } else {
                            Self::give_up(state, tab, &version);
                        }
                    }
                    Err(error) => {
                        assert_eq!(error.code(), Code::SessionEnded);
                        state.tabs[tab].step = Step::Ended { version };
                    }
                }
            }
            (Action::KeepRenewed(teller), Step::Interim { versions, renewed }) => {
                if !self.replace(state, tab, teller, &renewed) {
                    state.marks.remove(&versions[1]);
                    return Self::give_up(state, tab, &versions[0]);
                }
                for former in state.tabs[tab].marks.replace(versions).into_iter().flatten() {
                    state.marks.remove(&former);
                }
                Self::rest(state, tab, Some(renewed));
                state.tell(tab, |other| other.changed = true);
            }
            (Action::LookAgain(teller), Step::Ended { version }) => {
                let present = self.get(state, tab, teller);
                let now = self.version(present.as_ref());
                if now.as_ref() == Some(&version) {
                    state.write(tab, None);
                }
                Self::give_up(state, tab, &version);
            }
            (Action::See, _) => {
                state.tabs[tab].seen += 1;
                state.look(tab);
            }
            (Action::HearChanged, _) => {
                state.tabs[tab].changed = false;
                state.look(tab);
            }
            (Action::HearSignedOut, _) => {
                let over = state.tabs[tab].signed_out.pop_first().unwrap();
                let view = state.view(tab).and_then(|record| self.read(&record));
                if view.is_some_and(|session| session.id() == over) {
                    state.write(tab, None);
                }
                state.look(tab);
            }
            (Action::SignOut, _) => {
                state.budget.sign_outs -= 1;
                let memory = state.tabs[tab].memory.take().unwrap();
                let session = self.read(&memory).unwrap();
                let family = state.family_of(&session);
                family.signed_out = true;
                state.write(tab, None);
                state.tell(tab, |other| {
                    other.signed_out.insert(session.id().to_owned());
                });
            }
            (Action::SignIn, _) => {
                let record = self.signed_in(state.families.len());
                state.families.push(Family::default());
                state.write(tab, Some(record.clone()));
                state.tabs[tab].memory = Some(record);
                state.tell(tab, |other| other.changed = true);
            }
            (Action::End, step) => {
                state.budget.ends -= 1;
                if let Step::Answered { record, status: 200, .. } = step {
                    state.family_of(&self.read(&record).unwrap()).astray = true;
                }
                if state.lock == Some(tab) {
                    state.lock = None;
                }
                state.marks.retain(|_, holder| *holder != tab);
                if self.writes_outlive_their_tab {
                    for other in 0..self.tabs {
                        if state.tabs[other].seen < state.writes.len() {
                            state.tabs[other].seen = state.writes.len();
                            state.look(other);
                        }
                    }
                }
                state.tabs[tab].step = Step::Gone;
            }
            (action, step) => panic!("{action:?} at {step:?}"),
        }
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |record: &Record| {
            let record: Value = serde_json::from_str(record).unwrap();
            format!("{}, generation {}", record["refresh_token"], record["generation"])
        };
        writeln!(f, "locked by {:?}, marks {:?}, {:?}", self.lock, self.marks, self.families)?;
        for record in &self.writes {
            writeln!(f, "  {:?}", record.as_ref().map(short))?;
        }
        for tab in &self.tabs {
            let memory = tab.memory.as_ref().map(short);
            writeln!(f, "  sees {}, knows {memory:?}", tab.seen)?;
        }
        Ok(())
    }
}

impl State {
    fn view(&self, tab: usize) -> Option<Record> {
        self.writes[self.tabs[tab].seen - 1].clone()
    }

    fn write(&mut self, tab: usize, record: Option<Record>) {
        self.writes.push(record.clone());
        self.tabs[tab].seen = self.writes.len();
        self.tabs[tab].own = record;
    }

    /// The page hears that its store has something else, or may have.
    fn look(&mut self, tab: usize) {
        self.tabs[tab].own = None;
        self.tabs[tab].memory = self.view(tab);
    }

    fn tell(&mut self, from: usize, news: impl Fn(&mut Tab)) {
        for (other, tab) in self.tabs.iter_mut().enumerate() {
            if other != from && tab.step != Step::Gone {
                news(tab);
            }
        }
    }

    fn family_of(&mut self, session: &Session) -> &mut Family {
        let family: usize = session.id().parse().unwrap();
        &mut self.families[family]
    }

    fn live(&self) -> impl Iterator<Item = &Tab> {
        self.tabs.iter().filter(|tab| tab.step != Step::Gone)
    }

    /// Nothing is under way: every tab has seen and heard everything, and does nothing.
    fn is_quiet(&self) -> bool {
        self.live().all(|tab| {
            tab.step == Step::Idle
                && tab.seen == self.writes.len()
                && !tab.changed
                && tab.signed_out.is_empty()
        })
    }
}

impl fmt::Debug for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} tabs with a session, {:?}", self.tabs, self.budget)
    }
}

impl Model for Browser {
    type State = State;
    type Action = (usize, Action);

    fn init_states(&self) -> Vec<State> {
        let record = self.signed_in(0);
        let tab = Tab {
            seen: 1,
            memory: Some(record.clone()),
            own: None,
            marks: None,
            changed: false,
            signed_out: BTreeSet::new(),
            step: Step::Idle,
        };
        vec![State {
            writes: vec![Some(record)],
            tabs: vec![tab; self.tabs],
            lock: None,
            marks: BTreeMap::new(),
            families: vec![Family::default()],
            budget: self.budget,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Self::Action>) {
        let budget = state.budget;
        for (index, tab) in state.tabs.iter().enumerate() {
            let mut may = |action: Action, is_possible: bool| {
                if is_possible {
                    actions.push((index, action));
                }
            };
            if tab.step == Step::Gone {
                continue;
            }
            may(Action::End, budget.ends > 0);
            may(Action::See, tab.seen < state.writes.len());
            may(Action::HearChanged, tab.changed);
            may(Action::HearSignedOut, !tab.signed_out.is_empty());
            match tab.step {
                Step::Idle => {
                    let is_signed_in = tab.memory.is_some();
                    may(Action::FallDue, is_signed_in && budget.refreshes > 0);
                    may(Action::SignOut, is_signed_in && budget.sign_outs > 0);
                    // The way to the login page and back takes longer than a storage does.
                    let has_settled = state.live().all(|tab| tab.seen == state.writes.len());
                    let is_signed_out = state.writes.last() == Some(&None);
                    let is_first = state.families.len() == 1 && state.families[0].signed_out;
                    may(Action::SignIn, has_settled && is_signed_out && is_first);
                }
                Step::Waiting { .. } => may(Action::Lock, state.lock.is_none()),
                Step::Sent { writes, .. } => {
                    // A request takes longer than a storage does.
                    let has_settled = state.live().all(|tab| tab.seen >= writes);
                    may(Action::Arrive, has_settled);
                    may(Action::NotArrive, has_settled && budget.unsent > 0);
                    may(Action::LoseAnswer, has_settled && budget.lost > 0);
                }
                Step::Locked { .. } | Step::Answered { .. } => {
                    for teller in self.tellers(state, index) {
                        let is_begin = matches!(tab.step, Step::Locked { .. });
                        may(
                            if is_begin {
                                Action::Begin(teller)
                            } else {
                                Action::KeepInterim(teller)
                            },
                            true,
                        );
                    }
                }
                Step::Interim { .. } | Step::Ended { .. } => {
                    for teller in self.tellers(state, index) {
                        let is_interim = matches!(tab.step, Step::Interim { .. });
                        may(
                            if is_interim {
                                Action::KeepRenewed(teller)
                            } else {
                                Action::LookAgain(teller)
                            },
                            true,
                        );
                    }
                }
                Step::Gone => {}
            }
        }
    }

    fn next_state(&self, state: &State, (tab, action): Self::Action) -> Option<State> {
        let mut next = state.clone();
        self.step(&mut next, tab, action);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("no refresh token is used twice", |_, state: &State| {
                state.families.iter().all(|family| !family.reused || family.astray)
            }),
            Property::always("no session is lost", |browser: &Browser, state: &State| {
                let Some(family) = state.families.last() else { return false };
                let is_alive = !family.signed_out && (!family.astray || browser.grace);
                !is_alive
                    || !state.is_quiet()
                    || state.writes.last().unwrap().as_ref().is_some_and(|record| {
                        let presented = browser.request(record);
                        let family = state.families.len() - 1;
                        browser.grace || presented == token(family, state.families[family].current)
                    })
            }),
            Property::always("every tab has the session that is stored", |_, state: &State| {
                !state.is_quiet()
                    || state.live().all(|tab| Some(&tab.memory) == state.writes.last())
            }),
            Property::always("who signed out is signed out", |_, state: &State| {
                let is_over = state.families.last().is_some_and(|family| family.signed_out);
                !is_over || !state.is_quiet() || state.writes.last() == Some(&None)
            }),
            Property::always("a lock is held by who goes on", |_, state: &State| {
                state.lock.is_none_or(|holder| {
                    !matches!(
                        state.tabs[holder].step,
                        Step::Idle | Step::Waiting { .. } | Step::Gone
                    )
                })
            }),
            Property::sometimes("a session is refreshed", |_, state: &State| {
                state.families[0].current > 0
            }),
        ]
    }
}

fn token(family: usize, number: u8) -> String {
    format!("{family}-{number}")
}

#[test]
fn tabs_refresh_once_and_keep_the_session() {
    visit_all(Browser::with(3, Budget { refreshes: 3, ..NOTHING }));
}

#[test]
fn a_tab_may_end_at_any_step() {
    visit_all(Browser::with(3, Budget { refreshes: 3, ends: 1, ..NOTHING }));
}

#[test]
fn requests_may_not_arrive() {
    visit_all(Browser::with(2, Budget { refreshes: 3, unsent: 2, ..NOTHING }));
}

#[test]
fn where_the_provider_has_a_grace_answers_may_be_lost_too() {
    let budget = Budget { refreshes: 3, ends: 1, lost: 1, ..NOTHING };
    visit_all(Browser { grace: true, ..Browser::with(2, budget) });
}

#[test]
fn a_sign_out_is_final_and_leaves_the_next_sign_in_alone() {
    visit_all(Browser::with(2, Budget { refreshes: 3, sign_outs: 1, ..NOTHING }));
}

/// What the model takes for granted of a tab that ends, and what would be otherwise.
#[test]
fn a_token_is_used_twice_only_if_a_tab_takes_its_mark_along_before_its_writes_arrive() {
    let budget = Budget { refreshes: 2, ends: 1, ..NOTHING };
    let browser = Browser { writes_outlive_their_tab: false, ..Browser::with(2, budget) };
    let checker = browser.checker().spawn_bfs().join();
    checker.assert_any_discovery("no refresh token is used twice");
}
