//! Reading the records of a dictionary.

use std::io::Read;

use super::raw::{
    Compression, Extensions, MAX_RECORDS, MAX_SLOTS, RawDictionary, RawValueLabels, RawVariable, slots_of,
};
use super::source::{ByteOrder, Source};
use crate::error::{FormatError, check_limit};

/// Reads everything before the cases.
pub(super) fn read<R: Read>(source: &mut Source<R>) -> Result<RawDictionary, FormatError> {
    let mut raw = header(source)?;
    loop {
        match source.i32()? {
            2 => variable(source, &mut raw)?,
            3 => value_labels(source, &mut raw)?,
            6 => {
                // Documents: lines of 80 bytes.
                let lines = source.count("the number of document lines")?;
                source.skip(lines as u64 * 80)?;
            }
            7 => extension(source, &mut raw)?,
            999 => {
                source.i32()?;
                break;
            }
            other => return Err(source.damaged(format!("there is no record type {other}"))),
        }
    }
    if raw.variables.is_empty() {
        return Err(source.damaged("it has no variables"));
    }
    Ok(raw)
}

fn header<R: Read>(source: &mut Source<R>) -> Result<RawDictionary, FormatError> {
    let magic: [u8; 4] = source.array()?;
    // Encrypted files begin with a header length of 28 and `ENCRYPTEDSAV`.
    if magic == [0x1C, 0, 0, 0] {
        return Err(FormatError::Unsupported("a SAV file that is encrypted with a password".to_owned()));
    }
    if &magic != b"$FL2" && &magic != b"$FL3" {
        return Err(source.damaged(
            "it does not begin with $FL2 or $FL3; the Statistics File node reads .sav and .zsav files",
        ));
    }
    let product = source.array()?;
    let layout: [u8; 4] = source.array()?;
    source.order = match (i32::from_le_bytes(layout), i32::from_be_bytes(layout)) {
        (2 | 3, _) => ByteOrder::Little,
        (_, 2 | 3) => ByteOrder::Big,
        (layout, _) => return Err(source.damaged(format!("there is no layout {layout}"))),
    };
    source.i32()?; // Nominal case size, which is not reliable.
    let compression = match source.i32()? {
        0 => Compression::None,
        1 => Compression::Bytecode,
        2 => Compression::Zlib,
        other => return Err(source.damaged(format!("there is no compression {other}"))),
    };
    let weight_slot = source.i32()?;
    let cases = u64::try_from(source.i32()?).ok();
    let bias = source.f64()?;
    source.array::<17>()?; // Date and time.
    let file_label = source.array()?;
    source.array::<3>()?;
    Ok(RawDictionary {
        order: source.order,
        product,
        compression,
        weight_slot,
        cases,
        bias,
        file_label,
        variables: Vec::new(),
        slots: 0,
        value_labels: Vec::new(),
        extensions: Extensions::default(),
    })
}

fn variable<R: Read>(source: &mut Source<R>, raw: &mut RawDictionary) -> Result<(), FormatError> {
    let width = source.i32()?;
    let has_label = source.i32()?;
    let missing_code = source.i32()?;
    let print = source.i32()?;
    source.i32()?; // Write format.
    let name = source.array()?;
    let label = if has_label == 1 {
        let length = source.count("the length of a variable label")?;
        let mut label = source.bytes(length.next_multiple_of(4) as u64)?;
        label.truncate(length);
        Some(label)
    } else {
        None
    };
    if !(-3..=3).contains(&missing_code) || missing_code == -1 {
        return Err(source.damaged(format!("there is no missing value code {missing_code}")));
    }
    let missing = (0..missing_code.unsigned_abs()).map(|_| source.array()).collect::<Result<Vec<_>, _>>()?;
    // The continuation of a string: its first record has all relevant data.
    if width == -1 {
        return Ok(());
    }
    let Ok(width) = u8::try_from(width) else {
        return Err(source.damaged(format!("a variable is {width} bytes wide")));
    };
    let slot = raw.slots;
    raw.slots += slots_of(usize::from(width));
    check_limit("8-byte values in a case of the SAV file", raw.slots as u64, MAX_SLOTS)?;
    check_limit("variables of the SAV file", raw.variables.len() as u64, MAX_RECORDS - 1)?;
    raw.variables.push(RawVariable { slot, width, name, label, print, missing_code, missing });
    Ok(())
}

fn value_labels<R: Read>(source: &mut Source<R>, raw: &mut RawDictionary) -> Result<(), FormatError> {
    let count = source.count("the number of value labels")?;
    let mut labels = Vec::new();
    for _ in 0..count {
        let value = source.array()?;
        let [length] = source.array()?;
        // Length byte and label fill whole 8-byte units.
        let padded = (usize::from(length) + 1).next_multiple_of(8) - 1;
        let mut label = source.bytes(padded as u64)?;
        label.truncate(usize::from(length));
        labels.push((value, label));
    }
    if source.i32()? != 4 {
        return Err(source.damaged("value labels have no list of variables"));
    }
    let count = source.count("the number of labelled variables")?;
    let mut slots = Vec::new();
    for _ in 0..count {
        let slot = source.count("the place of a labelled variable")?;
        slots.push(slot.wrapping_sub(1));
    }
    raw.value_labels.push(RawValueLabels { labels, slots });
    Ok(())
}

fn extension<R: Read>(source: &mut Source<R>, raw: &mut RawDictionary) -> Result<(), FormatError> {
    let subtype = source.i32()?;
    let size = source.count("the size of an extension record")?;
    let count = source.count("the number of items of an extension record")?;
    let length = size as u64 * count as u64;
    let known = &mut raw.extensions;
    match (subtype, size) {
        (3, 4) if count >= 8 => {
            let bytes = source.bytes(length)?;
            known.character_code = bytes.as_chunks().0.get(7).map(|code| source.order.i32(*code));
        }
        (4, 8) if count >= 3 => {
            let bytes = source.bytes(length)?;
            let mut numbers = bytes.as_chunks().0.iter().map(|number| source.order.f64(*number));
            known.sysmis = numbers.next().unwrap_or(known.sysmis);
            known.highest = numbers.next().unwrap_or(known.highest);
            known.lowest = numbers.next().unwrap_or(known.lowest);
        }
        (11, 4) => {
            let bytes = source.bytes(length)?;
            known.display = bytes.as_chunks().0.iter().map(|number| source.order.i32(*number)).collect();
        }
        (13, 1) => known.long_names = source.bytes(length)?,
        (14, 1) => known.very_long = source.bytes(length)?,
        (16, 8) if count >= 2 => {
            let bytes = source.bytes(length)?;
            let cases = bytes.as_chunks().0.get(1).map(|number| source.order.i64(*number));
            raw.cases = cases.and_then(|cases| u64::try_from(cases).ok()).or(raw.cases);
        }
        // Stata's -savespss- writes several.
        (18, 1) => known.attributes.extend(source.bytes(length)?),
        (20, 1) => known.encoding = Some(source.bytes(length)?),
        (21, 1) => known.long_labels = source.bytes(length)?,
        (22, 1) => known.long_missing = source.bytes(length)?,
        // Response sets, dates, file attributes and others, which source nodes do not show.
        _ => source.skip(length)?,
    }
    Ok(())
}
