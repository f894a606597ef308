//! Counts mannered phrases in comments and documents, by folder, and limits their number.
//!
//! The phrases are those that `CONTRIBUTING.md` replaces by standard terms (`docs/glossary.md`). They are
//! counted in all comments of Rust sources and in all Markdown documents, code blocks and code spans
//! excluded. Rates are per 100 lines, because folders differ in size and grow.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use satsuma_tests::workspace;

/// Phrases in 100 lines that no folder may reach. Well-written code bases of the field have 0.3 on average.
const LIMIT: f64 = 3.0;

/// Folders without sources or documents of ours.
const SKIPPED: [&str; 6] = ["target", "snapshots", "corpus", "node_modules", "satsuma-data", "sample"];

/// Phrases for technical acts that have a standard term. A leading `^` matches the beginning of a sentence that
/// is not a question: its subject would be a clause.
const PHRASES: &str = "^what|^who|^whose|^of what|^of whom|whoever|whosoever|tells|told|tell|telling|says|said|say|\
    saying|come again|comes again|came again|come back|comes back|came back|give back|gives back|gave back|\
    given back|take back|takes back|took back|taken back|hand back|hands back|handed back|take away|takes away|\
    took away|taken away|let go|lets go|letting go|at hand|none of ours|is none of|are none of|stands in|\
    stand in|stands for|stand for|lie|lies|nobody|somebody|anew|for ever|glance|glances|glanced|\
    foreign message|foreign messages|touched|judge|judges|judged|verdict|rehearse|rehearses|rehearsed|rehearsal|\
    moment|moments|surroundings|ledger|keeper|keepers|done with|for who|for whom|to who|to whom|by who|be it|\
    as it stands|where it stands|goes on|go on|went on|going on|looked at|hears of|hear of|heard of|\
    without a word|good for|word of|is taken for|are taken for";

/// The texts of a file, paragraph by paragraph, and its number of lines that have text.
struct Texts {
    paragraphs: Vec<String>,
    lines: usize,
}

impl Texts {
    fn of_comments(source: &str) -> Self {
        let comment = |line: &str| {
            let text = line.trim_start().strip_prefix("//")?;
            Some(text.trim_start_matches(['/', '!']).trim().to_owned())
        };
        Self::of_lines(source.lines().map(comment))
    }

    fn of_markdown(document: &str) -> Self {
        let mut is_code = false;
        Self::of_lines(document.lines().map(|line| {
            let is_fence = line.trim_start().starts_with("```");
            is_code ^= is_fence;
            (!is_code && !is_fence).then(|| line.trim().to_owned())
        }))
    }

    /// Joins lines to paragraphs: `None`, an empty line and a row of a table or list end one.
    fn of_lines(lines: impl Iterator<Item = Option<String>>) -> Self {
        let mut texts = Self { paragraphs: vec![String::new()], lines: 0 };
        for line in lines {
            let text = line.unwrap_or_default();
            texts.lines += usize::from(!text.is_empty());
            if text.is_empty() || text.starts_with(['|', '-', '#']) {
                texts.paragraphs.push(String::new());
            }
            if let Some(paragraph) = texts.paragraphs.last_mut() {
                paragraph.push_str(&text);
                paragraph.push(' ');
            }
        }
        texts
    }
}

/// The words of a text in lower case, without code spans and link targets; `.` between sentences, `?` at the
/// end of a question.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![".".to_owned()];
    let prose: String = text.split('`').step_by(2).collect::<Vec<_>>().join(" code ");
    let prose: String = prose.split("](").enumerate().map(|(at, part)| after_target(at, part)).collect();
    for piece in prose.split_whitespace() {
        let cleaned = piece.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
        words.extend(cleaned.split(|letter: char| !letter.is_alphanumeric()).map(str::to_owned));
        if let Some(end) = piece.chars().rev().find(|letter| ".?!:;|".contains(*letter)) {
            words.push(if end == '?' { "?" } else { "." }.to_owned());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A part of a text that was split at `](`, without the target of the link before it.
fn after_target(at: usize, part: &str) -> String {
    if at == 0 { part.to_owned() } else { part.split_once(')').map_or("", |(_, rest)| rest).to_owned() }
}

/// The phrases of a list by their first word, each with its other words and whether it must begin a sentence.
type Phrases<'a> = BTreeMap<&'a str, Vec<(bool, Vec<&'a str>)>>;

fn phrases(list: &str) -> Phrases<'_> {
    let mut phrases = Phrases::new();
    for phrase in list.split('|') {
        let mut words = phrase.trim_start_matches('^').split_whitespace();
        let first = words.next().expect("a phrase has a word");
        phrases.entry(first).or_default().push((phrase.starts_with('^'), words.collect()));
    }
    phrases
}

/// The phrases in a paragraph.
fn found(paragraph: &str, phrases: &Phrases<'_>) -> Vec<String> {
    let words = words(paragraph);
    let is_end = |word: &String| word == "." || word == "?";
    let mut found = Vec::new();
    for (at, first) in words.iter().enumerate() {
        for (begins, others) in phrases.get(first.as_str()).into_iter().flatten() {
            let rest = &words[at + 1..];
            let is_here =
                rest.len() >= others.len() && rest.iter().zip(others).all(|(word, other)| word == other);
            let is_begin = at > 0 && is_end(&words[at - 1]);
            let is_statement = rest.iter().find(|word| is_end(word)).is_some_and(|end| end == ".");
            if is_here && (!begins || (is_begin && is_statement)) {
                found.push([&[first.as_str()][..], others].concat().join(" "));
            }
        }
    }
    found
}

/// The folder that a path is counted for: a crate, or the first folder.
fn folder(path: &str) -> String {
    let depth = if path.starts_with("shared/") || path.starts_with("functions/") || path.starts_with("infra/")
    {
        2
    } else {
        1
    };
    path.split('/').take(depth).collect::<Vec<_>>().join("/")
}

fn visit(at: &Path, each: &mut impl FnMut(&Path)) {
    for entry in fs::read_dir(at).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !name.starts_with('.') && !SKIPPED.contains(&name.as_str()) {
            visit(&path, each);
        } else if path.is_file() {
            each(&path);
        }
    }
}

#[test]
fn each_folder_stays_within_its_limit_of_mannered_phrases() {
    let phrases = phrases(PHRASES);
    let root = workspace();
    let mut folders: BTreeMap<String, (usize, Vec<String>)> = BTreeMap::new();
    visit(&root, &mut |path| {
        let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
        let texts = match path.extension().and_then(|it| it.to_str()) {
            Some("rs") => Texts::of_comments(&fs::read_to_string(path).unwrap()),
            // The table of the one is the output of a command; the other lists the words that we avoid.
            Some("md") if !["docs/streams.md", "docs/glossary.md"].contains(&name.as_str()) => {
                Texts::of_markdown(&fs::read_to_string(path).unwrap())
            }
            _ => return,
        };
        let (lines, all) = folders.entry(folder(&name)).or_default();
        *lines += texts.lines;
        for paragraph in &texts.paragraphs {
            all.extend(
                found(paragraph, &phrases).into_iter().map(|phrase| format!("{name}: {phrase}: {paragraph}")),
            );
        }
    });
    let mut worse = Vec::new();
    for (folder, (lines, all)) in &folders {
        let rate = 100.0 * all.len() as f64 / (*lines).max(1) as f64;
        println!("{folder}: {rate:.1} in 100 of {lines} lines");
        if rate >= LIMIT {
            worse.push(format!(
                "{folder}: {rate:.1} phrases in 100 lines, not below {LIMIT}:\n{}",
                all.join("\n")
            ));
        }
    }
    assert!(worse.is_empty(), "use the terms of docs/glossary.md:\n{}", worse.join("\n\n"));
}

#[test]
fn phrases_are_found_in_text_and_not_in_code() {
    let phrases = phrases("^what|told|come back");
    let found = |text: &str| found(text, &phrases);
    assert_eq!(found("What a job is. It is told so, and may come back."), ["what", "told", "come back"]);
    assert!(found("What does it do? See `told` and [it](told.md), and what follows.").is_empty());
    let texts = Texts::of_comments("let a = \"told\"; // told\n/// One line\n/// of two.\n\n//! Other.");
    assert_eq!((texts.lines, texts.paragraphs.concat().trim()), (3, "One line of two.  Other."));
}
