//! Who may call which route: the table `rights.csv`, and nothing else.
//!
//! One row a route, one column a role; `scope` is what a key must have (`any`: no matter which; empty: no key may). A route
//! without a row is closed to everybody. Tests try every cell of the table against the running router, and that it has a
//! row for every route of the description.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::http::Method;
use encours_services::{Role, Scope};

use super::auth::{Caller, Identity};
use super::problem::{Problem, Refusal};

/// The table, as it is read.
pub const TABLE: &str = include_str!("rights.csv");

/// The rights on one route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Right {
    /// The method.
    pub method: String,
    /// The route's pattern.
    pub path: String,
    /// Whether nobody is asked who they are.
    pub anyone: bool,
    /// Roles of people that may.
    pub roles: Vec<Role>,
    /// What a key must have.
    pub key: KeyRight,
}

/// What a key must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRight {
    /// No key may.
    Never,
    /// Any good key may.
    Any,
    /// A key with this scope.
    Scope(Scope),
}

/// Every row of the table.
///
/// # Errors
/// The row that cannot be read: the table is part of the program, and a test reads it.
pub fn table() -> Result<Vec<Right>, String> {
    TABLE.lines().skip(1).map(|line| row(line).ok_or_else(|| line.to_owned())).collect()
}

fn row(line: &str) -> Option<Right> {
    let mut cells = line.split(',');
    let (method, path) = (cells.next()?.to_owned(), cells.next()?.to_owned());
    let mut ticked = || match cells.next()? {
        "yes" => Some(true),
        "" => Some(false),
        _ => None,
    };
    let anyone = ticked()?;
    let mut roles = Vec::new();
    for (role, _) in Role::ALL {
        if ticked()? {
            roles.push(role);
        }
    }
    let key = match cells.next()? {
        "" => KeyRight::Never,
        "any" => KeyRight::Any,
        scope => KeyRight::Scope(scope.parse().ok()?),
    };
    cells.next().is_none().then_some(Right { method, path, anyone, roles, key })
}

/// A table with a row that cannot be read is no table: then everything is closed.
static ROWS: LazyLock<BTreeMap<(String, String), Right>> = LazyLock::new(|| {
    let rows = table().unwrap_or_default().into_iter();
    rows.map(|right| ((right.method.clone(), right.path.clone()), right)).collect()
});

/// Lets a caller pass, or says who may.
///
/// # Errors
/// When the table does not let them.
pub fn expect(method: &Method, path: &str, caller: &Caller) -> Result<(), Problem> {
    // Who may read may look at the head of what they read.
    let method = if *method == Method::HEAD { Method::GET } else { method.clone() };
    let Some(right) = ROWS.get(&(method.to_string(), path.to_owned())) else {
        return Err(Refusal::NotAllowed.because(format!("{method} {path} is open to nobody")));
    };
    match &caller.identity {
        Identity::Person { role, .. } if right.roles.contains(role) => Ok(()),
        Identity::Program { scopes, .. } if right.key.lets(scopes) => Ok(()),
        Identity::Person { role, .. } => {
            let allowed: Vec<&str> = right.roles.iter().map(|role| role.code()).collect();
            let detail = format!("your role is `{}`, allowed: {}", role.code(), allowed.join(", "));
            Err(Refusal::NotAllowed.because(detail))
        }
        Identity::Program { scopes, .. } => {
            let needed = match right.key {
                KeyRight::Never | KeyRight::Any => "this is for people who are logged in".to_owned(),
                KeyRight::Scope(scope) => format!("the key has the scopes `{scopes}`, needed is `{}`", scope.code()),
            };
            Err(Refusal::NotAllowed.because(needed))
        }
    }
}

impl KeyRight {
    /// Whether a key with these scopes passes.
    pub fn lets(self, scopes: &encours_services::Scopes) -> bool {
        match self {
            Self::Never => false,
            Self::Any => true,
            Self::Scope(scope) => scopes.allow(scope),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_can_be_read_and_stands_there_once() {
        let rows = table().unwrap();
        assert_eq!(ROWS.len(), rows.len());
        assert_eq!(TABLE.lines().next().unwrap(), "method,path,anyone,sales,controller,administrator,auditor,scope");
    }

    #[test]
    fn a_row_with_anything_else_is_none() {
        for line in ["", "GET,/x", "GET,/x,yes,,,,,read,more", "GET,/x,Yes,,,,,", "GET,/x,,,,,,write"] {
            assert_eq!(row(line), None, "{line}");
        }
    }

    #[test]
    fn an_auditor_changes_nothing_but_their_own() {
        let changes = |right: &Right| right.method != "GET" && right.roles.contains(&Role::Auditor);
        let paths: Vec<String> = table().unwrap().into_iter().filter(changes).map(|right| right.path).collect();
        assert_eq!(paths, ["/v1/me/password", "/v1/me/sessions/{id}"]);
    }
}
