//! What the tabs of a browser do side by side, in every order: a `stateright` model whose decisions
//! are the core's own. It repeats the order in which `callback.js`, `refresh.js` and `session.js` of
//! `js/with-core/` take the core's steps, and what these have to live with: a tab may end at any step,
//! a request or an answer may be lost, news may be late, and `localStorage` may show a tab only later
//! what another one wrote.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "tests")]
#![allow(clippy::panic, clippy::print_stdout, clippy::unwrap_used, reason = "tests")]

#[path = "../common/mod.rs"]
mod common;

mod callback;
mod refresh;

use std::{fmt::Debug, hash::Hash};

use stateright::{Checker, Model};

/// Visits every state there is, and holds every property against each.
fn visit_all<M>(model: M)
where
    M: Model + Debug + Send + Sync + 'static,
    M::State: Clone + Debug + Hash + PartialEq + Send + Sync,
    M::Action: Clone + Debug + PartialEq + Send + Sync,
{
    let name = format!("{model:?}");
    let checker = model.checker().threads(2).spawn_bfs().join();
    println!(
        "{} states, at most {} steps deep: {name}",
        checker.unique_state_count(),
        checker.max_depth()
    );
    checker.assert_properties();
}
