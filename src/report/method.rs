//! How the numbers of a report were made, in plain words.

use crate::analyse::Analysis;

/// One paragraph each, of what matters for this run; bench's own words only.
pub(super) fn method(analysis: &Analysis) -> Vec<String> {
    let tasks = || analysis.tasks.iter().map(|task| &task.task);
    let mut text = Vec::new();
    let repeated = if tasks().any(|task| task.epochs > 1) {
        " Where a case was asked several times (epochs), its scores are averaged first, so that a case counts once."
    } else {
        ""
    };
    text.push(format!(
        "Score: each scorer of a task gives an answer a value between 0 and 1, and the weighted mean of these is the \
         score of the trial.{repeated} The mean score is the mean over cases."
    ));
    let clusters = if tasks().any(|task| task.cluster.is_some()) {
        " Cases of one cluster are not independent; the interval is made wider for them."
    } else {
        ""
    };
    text.push(format!(
        "Interval: [low, high] behind a mean is its 95 % interval (Wilson, with the number of independent cases that the \
         data are worth). It says how far the mean may move with other cases of the same kind. It says nothing of cases \
         of another kind.{clusters}"
    ));
    if analysis.rows().count() > analysis.tasks.len() {
        text.push(
            "Order: candidates are sorted by mean score. Each pair is compared case by case (Tango's score interval of the \
             difference, with the number of independent cases that the data are worth), and p is adjusted for the number \
             of pairs of a task (Holm, 5 %). Ranks are the places that stay open then. A lead is called established where \
             the leader is told apart from all others; = marks those that are not told apart from it, which does not mean \
             that they are equally good. Intervals of two means may overlap although the comparison tells them apart."
                .to_owned(),
        );
    }
    if analysis.fronts.tasks.iter().any(Option::is_some) {
        text.push(
            "Front: a candidate is on the front where no other is at least as good and as cheap, and better in one of them. The \
             cases are drawn anew 9,999 times, with replacement and whole clusters together; P(on front) is the share of \
             draws in which it is on the front. From 0.95 it counts as on, up to 0.05 as off, between them it is unclear. \
             The knee is where, along the front by the means, more money begins to buy less quality than before."
                .to_owned(),
        );
    }
    text.push(
        "Outcomes: an answer that is refused, empty, cut off, filtered or unreadable, and a failure of a provider, a judge \
         or a scorer, has a name and a count. It is not a score of 0: it is left out of the mean, and where more than 2 % \
         are left out, the report says what the mean would be if all of them were 0 or 1."
            .to_owned(),
    );
    text.push(
        "Cost: what the answers cost when they were sent, by the prices in the manifest. Paid is what this run added: an \
         answer from the cache costs nothing again. A cost that is not known is called unknown and never counted as 0."
            .to_owned(),
    );
    if analysis.rows().any(|row| row.simulated) {
        text.push(
            "Simulated: candidates marked so are not real models. Their answers, prices and latencies are made up from a \
             seed."
                .to_owned(),
        );
    }
    text
}
