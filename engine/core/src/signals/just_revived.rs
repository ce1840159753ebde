//! The company had ceased and was entered again a short while ago: an old number bought for its age.

use encours_domain::fact::FactKind;

use super::{Detector, Looked, Seen, of_fact};

pub(super) const SIGNAL: Detector = Detector { code: "JUST_REVIVED", find };

fn find(looked: &Looked<'_>) -> Option<Seen> {
    let states = looked.known(FactKind::State);
    let [.., before, now] = states.as_slice() else { return None };
    let revived = before.value == "ceased" && now.value == "active";
    (revived && looked.within(now.known_from, looked.rule.changed_days)).then(|| {
        let seen = Seen::new(
            "entreprise radiée, puis réactivée il y a peu",
            "the company had ceased and was revived a short while ago",
            vec![of_fact(before), of_fact(now)],
        );
        seen.referring(true)
    })
}
