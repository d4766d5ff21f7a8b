//! One sign-in whose callback is opened in several tabs at once, of which the first began it.

use std::{fmt, sync::Arc};

use pkce_wasm::{
    callback::Callback, code_exchange::CodeExchange, error::Code, http::Response,
    transaction::Stored, unverified::Verdict,
};
use serde_json::json;
use stateright::{Model, Property};

use crate::{
    common::{NOW, World, json_answer, parameters},
    visit_all,
};

/// What may happen, and how often.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
struct Budget {
    /// A tab ends, at whatever step.
    ends: u8,
    /// A request does not arrive.
    unsent: u8,
    /// An answer does not arrive.
    lost: u8,
}

/// The tab that began the sign-in.
const FIRST: usize = 0;

struct Browser {
    tabs: usize,
    budget: Budget,
    world: World,
    callback: String,
    /// What the provider answers to the code the first time.
    tokens: Response,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct State {
    /// The records that were written under the sign-in's `state`, in order.
    writes: Vec<Arc<str>>,
    tabs: Vec<Tab>,
    /// How much was written when the tab that began the sign-in had answered it, or could no longer do so
    /// without the lock.
    first: Option<usize>,
    /// Who holds the lock of the sign-in.
    lock: Option<usize>,
    /// Who holds the mark that its code was sent.
    mark: Option<usize>,
    /// How often the provider was shown the code.
    shown: u8,
    sessions: u8,
    /// Tokens were given out that reached nobody.
    astray: bool,
    /// A tab ended after it had written that the sign-in was answered, and before its code was sent.
    cut_short: bool,
    budget: Budget,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct Tab {
    /// How many of the writes it sees.
    seen: usize,
    step: Step,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum Step {
    /// The callback has been opened, or its page calls `start()` again after a passing fault.
    Opened,
    Locked,
    /// It holds the mark, and waits until the first tab has answered, or will not.
    Waiting,
    /// With what the storage had then.
    Sent {
        pending: Arc<str>,
        writes: usize,
    },
    Answered {
        is_good: bool,
    },
    SignedIn,
    /// Somebody else has answered this callback.
    LeftAlone,
    Refused,
    Gone,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Action {
    AnswerFirst,
    BeLate,
    Lock,
    Mark,
    Resume,
    Arrive,
    NotArrive,
    LoseAnswer,
    Finish,
    See,
    End,
}

impl Browser {
    fn with(tabs: usize, budget: Budget) -> Self {
        let world = World::standard();
        let redirect_uri = world.config.redirect_uri.as_str();
        let callback = format!("{redirect_uri}?state={}&code=the-code", world.state());
        let tokens = world.token_response(&world.claims());
        Self { tabs, budget, world, callback, tokens }
    }

    /// The exchange that a pending record and the callback make.
    fn resume(&self, pending: &str) -> CodeExchange {
        let Some(Stored::Pending(transaction)) = Stored::read(pending, &self.world.config) else {
            panic!("not pending")
        };
        let callback = Callback::parse(&self.callback, &self.world.config).unwrap().unwrap();
        CodeExchange::begin(*transaction, callback, &self.world.config, NOW).unwrap()
    }

    fn answered(&self, pending: &str) -> Arc<str> {
        let Some(Stored::Pending(transaction)) = Stored::read(pending, &self.world.config) else {
            panic!("not pending")
        };
        transaction.to_answered_record().into()
    }

    /// The provider is shown the code, which is good once.
    fn show(&self, state: &mut State, pending: &str) -> bool {
        let form = self.resume(pending).request().form.unwrap();
        assert_eq!(parameters(&form)["code"], "the-code");
        state.shown += 1;
        state.shown == 1
    }

    /// Whether a tab that opens the callback now would find the sign-in pending, and send its code.
    fn can_begin_anew(&self, state: &State) -> bool {
        let record = state.writes.last().unwrap();
        let is_pending =
            matches!(Stored::read(record, &self.world.config), Some(Stored::Pending(_)));
        is_pending && state.lock.is_none() && state.mark.is_none()
    }

    fn finish(&self, pending: &str, is_good: bool) -> bool {
        let refusal = json_answer(400, &json!({ "error": "invalid_grant" }));
        let answer = if is_good { &self.tokens } else { &refusal };
        match self.resume(pending).finish(answer, NOW) {
            Ok(unverified) => unverified.verify_with(Verdict::Valid, NOW).is_ok(),
            Err(error) => {
                assert_eq!(error.code(), Code::CodeRefused);
                false
            }
        }
    }

    /// Writes that the sign-in is answered, and sends its code.
    fn send(&self, state: &mut State, tab: usize, pending: Arc<str>) {
        state.write(tab, self.answered(&pending));
        state.tabs[tab].step = Step::Sent { pending, writes: state.writes.len() };
    }

    /// A fault that may pass: the record goes back, the mark and the lock go.
    fn put_back(state: &mut State, tab: usize, pending: Arc<str>) {
        state.write(tab, pending);
        state.let_go(tab);
        state.tabs[tab].step = Step::Opened;
    }

    fn step(&self, state: &mut State, tab: usize, action: Action) {
        match (action, state.tabs[tab].step.clone()) {
            (Action::AnswerFirst, Step::Opened) => {
                let record = state.view(tab);
                if let Some(Stored::Pending(_)) = Stored::read(&record, &self.world.config) {
                    // The mark is asked for, and not waited for.
                    state.mark = state.mark.or(Some(tab));
                    self.send(state, tab, record);
                }
                state.first = Some(state.writes.len());
            }
            (Action::BeLate, _) => state.first = Some(state.writes.len()),
            (Action::Lock, Step::Opened) => {
                state.lock = Some(tab);
                state.tabs[tab].step = Step::Locked;
            }
            (Action::Mark, Step::Locked) => {
                let record = state.view(tab);
                state.tabs[tab].step = match Stored::read(&record, &self.world.config) {
                    Some(Stored::Pending(_)) if state.mark.is_none() => {
                        state.mark = Some(tab);
                        Step::Waiting
                    }
                    Some(Stored::Pending(_) | Stored::Answered { .. }) => {
                        state.let_go(tab);
                        Step::LeftAlone
                    }
                    other => panic!("{other:?}"),
                };
            }
            (Action::Resume, Step::Waiting) => {
                let record = state.view(tab);
                match Stored::read(&record, &self.world.config) {
                    Some(Stored::Pending(_)) => self.send(state, tab, record),
                    _ => {
                        state.let_go(tab);
                        state.tabs[tab].step = Step::LeftAlone;
                    }
                }
            }
            (Action::Arrive, Step::Sent { pending, .. }) => {
                let is_good = self.show(state, &pending);
                state.tabs[tab].step = Step::Answered { is_good };
            }
            (Action::NotArrive, Step::Sent { pending, .. }) => {
                state.budget.unsent -= 1;
                Self::put_back(state, tab, pending);
            }
            (Action::LoseAnswer, Step::Sent { pending, .. }) => {
                state.budget.lost -= 1;
                state.astray |= self.show(state, &pending);
                Self::put_back(state, tab, pending);
            }
            (Action::Finish, Step::Answered { is_good }) => {
                let pending = state.writes[0].clone();
                if state.lock == Some(tab) {
                    state.lock = None;
                }
                if self.finish(&pending, is_good) {
                    state.sessions += 1;
                    state.tabs[tab].step = Step::SignedIn;
                } else {
                    state.let_go(tab);
                    state.tabs[tab].step = Step::Refused;
                }
            }
            (Action::See, _) => state.tabs[tab].seen += 1,
            (Action::End, step) => {
                state.budget.ends -= 1;
                state.astray |= step == (Step::Answered { is_good: true });
                state.cut_short |= matches!(step, Step::Sent { .. });
                state.let_go(tab);
                if tab == FIRST {
                    state.first = state.first.or(Some(state.writes.len()));
                }
                // The writes of a tab that ends are seen by the time that its locks are free.
                for other in &mut state.tabs {
                    other.seen = state.writes.len();
                }
                state.tabs[tab].step = Step::Gone;
            }
            (action, step) => panic!("{action:?} at {step:?}"),
        }
    }
}

impl State {
    fn view(&self, tab: usize) -> Arc<str> {
        self.writes[self.tabs[tab].seen - 1].clone()
    }

    fn write(&mut self, tab: usize, record: Arc<str>) {
        self.writes.push(record);
        self.tabs[tab].seen = self.writes.len();
    }

    /// Frees what a tab holds.
    fn let_go(&mut self, tab: usize) {
        for held in [&mut self.lock, &mut self.mark] {
            if *held == Some(tab) {
                *held = None;
            }
        }
    }

    fn live(&self) -> impl Iterator<Item = &Tab> {
        self.tabs.iter().filter(|tab| tab.step != Step::Gone)
    }
}

impl Model for Browser {
    type State = State;
    type Action = (usize, Action);

    fn init_states(&self) -> Vec<State> {
        vec![State {
            writes: vec![self.world.transaction().to_record().into()],
            tabs: vec![Tab { seen: 1, step: Step::Opened }; self.tabs],
            first: None,
            lock: None,
            mark: None,
            shown: 0,
            sessions: 0,
            astray: false,
            cut_short: false,
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
            match tab.step {
                Step::Opened if index == FIRST && state.first.is_none() => {
                    may(Action::AnswerFirst, true);
                    may(Action::BeLate, true);
                }
                Step::Opened => may(Action::Lock, state.lock.is_none()),
                Step::Locked => may(Action::Mark, true),
                // It waits longer than that, and than a storage takes.
                Step::Waiting => {
                    may(Action::Resume, state.first.is_some_and(|writes| tab.seen >= writes));
                }
                Step::Sent { writes, .. } => {
                    // A request takes longer than a storage does.
                    let has_settled = state.live().all(|tab| tab.seen >= writes);
                    may(Action::Arrive, has_settled);
                    may(Action::NotArrive, has_settled && budget.unsent > 0);
                    may(Action::LoseAnswer, has_settled && budget.lost > 0);
                }
                Step::Answered { .. } => may(Action::Finish, true),
                Step::SignedIn | Step::LeftAlone | Step::Refused | Step::Gone => {}
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
            Property::always("no sign-in is answered twice", |browser: &Self, state: &State| {
                let lost = browser.budget.lost - state.budget.lost;
                state.sessions <= 1 && state.shown <= 1 + lost
            }),
            // The code may have arrived where a tab ended as it was sent, so that it is not sent again.
            Property::always("no sign-in is lost", |browser: &Self, state: &State| {
                let is_over = state.live().all(|tab| {
                    matches!(tab.step, Step::SignedIn | Step::LeftAlone | Step::Refused)
                });
                let is_excused = state.sessions == 1 || state.astray || state.cut_short;
                !is_over || is_excused || browser.can_begin_anew(state)
            }),
            Property::always("a tab that ends blocks no other", |_, state: &State| {
                state.lock.is_none_or(|holder| state.tabs[holder].step != Step::Gone)
            }),
            Property::sometimes("the user is signed in", |_, state: &State| state.sessions == 1),
            Property::sometimes("a tab leaves it to another", |_, state: &State| {
                state.tabs.iter().any(|tab| tab.step == Step::LeftAlone)
            }),
        ]
    }
}

impl fmt::Debug for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} tabs at a callback, {:?}", self.tabs, self.budget)
    }
}

#[test]
fn a_callback_in_many_tabs_is_answered_once() {
    visit_all(Browser::with(4, Budget { ends: 0, unsent: 1, lost: 0 }));
}

#[test]
fn a_tab_may_end_while_it_answers() {
    visit_all(Browser::with(3, Budget { ends: 2, unsent: 1, lost: 0 }));
}

#[test]
fn every_tab_may_end_while_it_answers() {
    visit_all(Browser::with(2, Budget { ends: 2, unsent: 1, lost: 0 }));
}

#[test]
fn an_answer_that_is_lost_makes_no_second_session() {
    visit_all(Browser::with(3, Budget { ends: 1, unsent: 1, lost: 1 }));
}
