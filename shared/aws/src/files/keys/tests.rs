use std::collections::HashSet;

use proptest::prelude::*;
use satsuma_domain::ExecutionNumber;
use satsuma_domain::file::ResultId;
use satsuma_domain::ids::JobUuid;

use super::*;

/// S3's limit for a key, in bytes.
const MAX_KEY_BYTES: usize = 1024;

/// The limit of common file systems for one name, in bytes.
const MAX_NAME_BYTES: usize = 255;

/// Ids of all lengths, of characters that have to be encoded and ones that need not.
fn ids() -> impl Strategy<Value = String> {
    let characters = prop_oneof![
        proptest::char::any(),
        proptest::sample::select(vec!['a', '.', '/', '+', '!', '%', '~', ' ', '#', '香', '\u{301}']),
    ];
    let texts = (proptest::collection::vec(characters, 1..255), 1..=255_usize).prop_map(|(chars, bytes)| {
        let mut text = String::new();
        text.extend(chars.into_iter().filter(|c| !c.is_control()).take_while({
            let mut left = bytes;
            move |c| {
                left = left.saturating_sub(c.len_utf8());
                left > 0
            }
        }));
        text
    });
    texts.prop_filter("not an id", |text| FileId::new(text.as_str()).is_ok())
}

fn check_key(key: &str) {
    assert!(key.len() <= MAX_KEY_BYTES, "{} bytes", key.len());
    assert!(key.is_ascii());
    for segment in key.split('/') {
        assert!(!segment.is_empty() && segment != "." && segment != "..", "{key}");
        assert!(segment.len() <= MAX_NAME_BYTES, "{key}");
    }
}

/// True if one key would be a file and the other needs it as a folder.
fn clash(a: &str, b: &str) -> bool {
    a.starts_with(&format!("{b}/")) || b.starts_with(&format!("{a}/"))
}

proptest! {
    #[test]
    fn any_id_is_read_back(id in ids()) {
        prop_assert_eq!(decode_id(&encode_id(&id)), Some(id));
    }

    #[test]
    fn keys_of_two_ids_are_no_folders_of_each_other(a in ids(), b in ids()) {
        prop_assume!(a != b);
        prop_assert_ne!(encode_id(&a), encode_id(&b));
        prop_assert!(!clash(&encode_id(&a), &encode_id(&b)));
    }

    #[test]
    fn an_id_and_a_longer_one_do_not_clash(id in ids(), more in ids()) {
        let longer = format!("{id}{more}");
        prop_assume!(longer.len() <= 255);
        prop_assert!(!clash(&encode_id(&id), &encode_id(&longer)));
    }

    #[test]
    fn every_key_is_valid_for_s3_and_file_systems(instance in ids(), id in ids()) {
        let instance = InstanceId::new(instance).unwrap();
        let uploaded = FileId::new(id.as_str()).unwrap();
        check_key(&upload(&instance, &uploaded));
        let key = FileKey { instance: instance.clone(), name: FileName::Upload(uploaded) };
        check_key(&staged(&key, &"f".repeat(32)));
        let result = ResultId { job: JobUuid::new(), execution: ExecutionNumber(u32::MAX), name: id };
        check_key(&file(&FileKey { instance, name: FileName::Result(result) }));
    }

    #[test]
    fn only_encoded_ids_are_decoded(text in ".{0,300}") {
        if let Some(id) = decode_id(&text) {
            prop_assert_eq!(encode_id(&id), text);
        }
    }
}

#[test]
fn the_longest_ids_fit_whatever_their_script() {
    for long in ["香".repeat(85), "a".repeat(255), " ".repeat(255), format!("{}.", "a".repeat(200))] {
        let instance = InstanceId::new(long.as_str()).unwrap();
        let result =
            ResultId { job: JobUuid::new(), execution: ExecutionNumber(u32::MAX), name: long.clone() };
        check_key(&file(&FileKey { instance, name: FileName::Result(result) }));
        assert_eq!(decode_id(&encode_id(&long)), Some(long));
    }
}

#[test]
fn dots_at_a_cut_do_not_become_a_path() {
    for dots in [1, 2, 55] {
        let id = format!("{}{}", "a".repeat(MAX_SEGMENT), ".".repeat(dots));
        check_key(&encode_id(&id));
        assert_eq!(decode_id(&encode_id(&id)), Some(id));
    }
}

#[test]
fn keys_are_readable_where_they_can_be() {
    let acme = InstanceId::new("acme").unwrap();
    let key = |id: &str| upload(&acme, &FileId::new(id).unwrap());
    assert_eq!(key("churn.str"), "instances/acme/files/churn.str");
    assert_eq!(key("drug cap"), "instances/acme/files/drug%20cap");
    assert_eq!(key("../../other"), "instances/acme/files/..%2F..%2Fother");
    assert_eq!(key(&"a".repeat(201)), format!("instances/acme/files/{}+/a", "a".repeat(200)));
}

#[test]
fn case_and_normal_forms_make_different_files() {
    let ids = ["a", "A", "\u{e1}", "a\u{301}", "%61", "a+", "a/", "!YQ", "~"];
    let keys: HashSet<String> = ids.iter().map(|id| encode_id(id)).collect();
    assert_eq!(keys.len(), ids.len());
}
