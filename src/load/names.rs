//! The nearest known name.

/// The known name that is nearest, where it is near enough to be meant.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    crate::yaml::nearest(name, known)
}

/// `did you mean ..?` where a known name is near, else the known names (at most eight).
pub(super) fn advice<'a>(name: &str, what: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    if let Some(near) = nearest(name, known.clone()) {
        return format!("did you mean `{near}`?");
    }
    let mut shown: Vec<String> = known.clone().take(8).map(|name| format!("`{name}`")).collect();
    if shown.is_empty() {
        return format!("there are no {what}");
    }
    let more = known.count() - shown.len();
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    format!("known {what}: {}", shown.join(", "))
}
