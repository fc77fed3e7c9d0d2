//! The report for a person: a row for each workload as soon as it is measured, a progress bar below while one is.

use console::{Style, style};
use indicatif::{ProgressBar, ProgressStyle};

use crate::measure::{Measured, Plan, Step};
use crate::options::Options;
use crate::runner::{Error, Subject};
use crate::statistics::{Estimate, geometric_mean};
use crate::workloads::{Group, Workload};

const NAME_WIDTH: usize = 31;
/// Factors at or below this gain nothing from threads; factors above this share of the ideal are good.
const NO_GAIN: f64 = 1.1;
const GOOD_SHARE: f64 = 0.85;

pub struct Table {
    plan: Plan,
    bar: ProgressBar,
    group: Option<Group>,
    subjects: usize,
}

/// Prints the workloads and what each stresses.
pub fn list(workloads: &[Workload]) {
    for workload in workloads {
        println!("{:NAME_WIDTH$} {:10} {}", workload.name, workload.group, workload.summary());
    }
}

impl Table {
    /// Prints the head.
    pub fn new(options: &Options, subjects: &[Subject], workloads: &[Workload]) -> Table {
        let plan = options.plan();
        let steps = workloads.len() * subjects.len() * plan.steps();
        let bar = ProgressBar::new(steps as u64);
        let layout = ProgressStyle::with_template("{msg:31} [{bar:40}] {pos}/{len} rounds, {elapsed}");
        bar.set_style(layout.expect("the template is well formed").progress_chars("=> "));
        let labels: Vec<&str> = subjects.iter().map(|subject| subject.label.as_str()).collect();
        println!("{}, {} threads, {} rounds", labels.join(" against "), plan.threads, plan.rounds);
        let mut head = format!("{:NAME_WIDTH$}", "workload");
        for _ in subjects {
            head += &column_heads(&plan);
        }
        if subjects.len() > 1 {
            head += &format!(" {:>8}", "speed");
        }
        println!("{}", style(head).bold());
        Table { plan, bar, group: None, subjects: subjects.len() }
    }

    /// Shows that rounds have been taken or thrown away.
    pub fn step(&mut self, workload: &Workload, step: Step) {
        self.bar.set_message(workload.name);
        match step {
            Step::Taken(rounds) => self.bar.inc(rounds as u64),
            Step::Disturbed(why) => self.bar.set_message(format!("{}: again, {why}", workload.name)),
        }
    }

    pub fn row(&mut self, workload: &Workload, measured: &[Measured]) {
        let mut row = format!("{:NAME_WIDTH$}", workload.name);
        for measured in measured {
            row += &self.columns(workload.group, measured);
        }
        if let [ours, theirs] = measured
            && let Some(speed) = speed(ours, theirs)
        {
            row += &format!(" {speed:>7.2}x");
        }
        row += &notes(measured);
        let heading = (self.group.replace(workload.group) != Some(workload.group))
            .then(|| style(format!("-- {}", workload.group)).dim());
        self.bar.suspend(|| {
            if let Some(heading) = heading {
                println!("{heading}");
            }
            println!("{row}");
        });
    }

    pub fn failed(&mut self, workload: &Workload, error: &Error) {
        self.bar.inc((self.plan.steps() * self.subjects) as u64);
        self.bar.suspend(|| {
            println!("{:NAME_WIDTH$} {}", workload.name, style("failed").red());
            eprintln!("ftscalingbench: {}: {error}", workload.name);
        });
    }

    /// Prints the summary of the scaling group for each subject.
    pub fn finish(&self, results: &[(&Workload, Vec<Measured>)]) {
        self.bar.finish_and_clear();
        let scaling = || results.iter().filter(|(workload, _)| workload.group == Group::Scaling);
        for subject in 0..self.subjects {
            let factors: Vec<(f64, &str)> = scaling()
                .filter_map(|(workload, measured)| Some((measured[subject].factor()?.median, workload.name)))
                .collect();
            let values: Vec<f64> = factors.iter().map(|(factor, _)| *factor).collect();
            let lowest = factors.iter().min_by(|a, b| a.0.total_cmp(&b.0));
            let controls: Vec<f64> =
                scaling().flat_map(|(_, measured)| measured[subject].control.iter().copied()).collect();
            if let (Some(median), Some(mean), Some((low, name)), Some(control)) =
                (Estimate::of(&values), geometric_mean(&values), lowest, Estimate::of(&controls))
            {
                println!(
                    "median factor {:.2} (control {:.2}), geometric mean {mean:.2}, lowest {low:.2} ({name})",
                    median.median, control.median
                );
            }
        }
        let speeds: Vec<f64> = scaling()
            .filter_map(|(_, measured)| match measured.as_slice() {
                [ours, theirs] => speed(ours, theirs),
                _ => None,
            })
            .collect();
        if let Some(mean) = geometric_mean(&speeds) {
            println!("speed of the first over the second on one thread: geometric mean {mean:.2}");
        }
        let total = |count: fn(&Measured) -> usize| -> usize {
            results.iter().flat_map(|(_, measured)| measured).map(count).sum()
        };
        let (repeated, disturbed) = (total(|m| m.repeated), total(|m| m.disturbed));
        if repeated + disturbed > 0 {
            println!(
                "the machine was not ours during {} rounds: {repeated} were taken again, {disturbed} count nevertheless",
                repeated + disturbed
            );
        }
        let (repeated, disturbed) = (total(|m| m.pairs_repeated), total(|m| m.pairs_disturbed));
        if repeated + disturbed > 0 {
            println!(
                "the control was low beside {} pairs of rounds: {repeated} were taken again, {disturbed} count nevertheless",
                repeated + disturbed
            );
        }
    }

    fn columns(&self, group: Group, measured: &Measured) -> String {
        let milliseconds = |estimate: Option<Estimate>| {
            estimate.map_or_else(String::new, |e| format!("{:.1}", e.median * 1e3))
        };
        let time = if self.plan.single { measured.single_time() } else { measured.parallel_time() };
        let control =
            measured.control_factor().map_or_else(String::new, |control| format!(" {:>7.2}", control.median));
        let Some(factor) = measured.factor() else {
            let spread = time.map_or(0.0, |time| time.spread * 100.0);
            return format!(" {:>10} {:>6.1}%{control}", milliseconds(time), spread);
        };
        let coloured = self.colour(group, factor.median).apply_to(format!("{:>7.2}", factor.median));
        format!(" {coloured} {:>6.1}%{control} {:>10}", factor.spread * 100.0, milliseconds(time))
    }

    fn colour(&self, group: Group, factor: f64) -> Style {
        let ideal = self.plan.threads as f64;
        if group == Group::Contended || ideal == 1.0 {
            Style::new()
        } else if factor <= NO_GAIN {
            Style::new().red()
        } else if factor < ideal * GOOD_SHARE {
            Style::new().yellow()
        } else {
            Style::new().green()
        }
    }
}

fn column_heads(plan: &Plan) -> String {
    match (plan.single, plan.parallel) {
        (true, true) => format!(" {:>7} {:>7} {:>7} {:>10}", "factor", "spread", "control", "1 thread"),
        (false, true) => format!(" {:>10} {:>7} {:>7}", "ms", "spread", "control"),
        _ => format!(" {:>10} {:>7}", "ms", "spread"),
    }
}

/// How many times as fast the first is as the second.
fn speed(ours: &Measured, theirs: &Measured) -> Option<f64> {
    let ratio = |theirs: Option<Estimate>, ours: Option<Estimate>| Some(theirs?.median / ours?.median);
    ratio(theirs.single_time(), ours.single_time())
        .or_else(|| ratio(theirs.parallel_time(), ours.parallel_time()))
}

fn notes(measured: &[Measured]) -> String {
    let repeated: usize = measured.iter().map(|m| m.repeated).sum();
    let disturbed: usize = measured.iter().map(|m| m.disturbed).sum();
    let pairs_repeated: usize = measured.iter().map(|m| m.pairs_repeated).sum();
    let pairs_disturbed: usize = measured.iter().map(|m| m.pairs_disturbed).sum();
    let mut notes = String::new();
    if repeated > 0 {
        notes += &format!("  {repeated} rounds taken again");
    }
    if disturbed > 0 {
        notes += &format!("  {}", style(format!("{disturbed} rounds disturbed")).yellow());
    }
    if pairs_repeated > 0 {
        notes += &format!("  {pairs_repeated} pairs taken again");
    }
    if pairs_disturbed > 0 {
        notes += &format!("  {}", style(format!("{pairs_disturbed} pairs beside a low control")).yellow());
    }
    notes
}
