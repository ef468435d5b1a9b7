//! Sets of modalities and conditions by name.

use corrkd_config::{Condition, Modality, Presence};

#[test]
fn presence_and_conditions_by_name() {
    let names: Vec<String> = Presence::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["l", "a", "v", "la", "lv", "av", "lav"]);
    for presence in Presence::ALL {
        assert_eq!(presence.to_string().parse::<Presence>().unwrap(), presence);
        let letters: String = Modality::ALL.iter().filter(|&&m| presence.has(m)).map(|m| m.letter()).collect();
        assert_eq!(letters, presence.to_string());
    }
    assert!("la ".parse::<Presence>().is_err());
    let subsets = |set: Presence| set.subsets().map(|subset| subset.to_string()).collect::<Vec<_>>();
    assert_eq!(subsets(Presence::COMPLETE), names);
    assert_eq!(subsets(Presence::ALL[4]), ["l", "v", "lv"]);
    assert_eq!(subsets(Presence::ALL[0]), ["l"]);
    for set in Presence::ALL {
        assert_eq!(Presence::of(|m| set.has(m)), Some(set));
    }
    assert_eq!(Presence::of(|_| false), None);
    assert_eq!(Condition::COMPLETE.to_string(), "lav");
    assert_eq!(Condition::dropped(0.3).to_string(), "lav@0.3");
    assert_eq!(Condition::only(Presence::ALL[3]).to_string(), "la");
}
