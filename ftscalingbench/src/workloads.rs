//! The Python files, packed into the binary, and finding them by name.
//!
//! A workload is a module with a docstring that says what it stresses, an int `LOOPS`, and `run(loops)`. Whatever its
//! threads share is global to the module. Files named `contended_*` write to shared objects on purpose: they are a group
//! of their own and do not count in the summary.

use std::fmt;

use include_dir::{Dir, include_dir};

static FILES: Dir = include_dir!("$CARGO_MANIFEST_DIR/workloads");

/// How many near names an unknown name is answered with, and how near they must be (Jaro-Winkler, 1 is equal).
const SUGGESTIONS: usize = 3;
const NEAR: f64 = 0.75;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Threads that share only what real programs cannot help sharing: code, types, modules, constants.
    Scaling,
    /// Threads that write to, or take turns with, the same object.
    Contended,
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Group::Scaling => "scaling",
            Group::Contended => "contended",
        })
    }
}

pub struct Workload {
    pub name: &'static str,
    pub group: Group,
    pub source: &'static str,
    /// The argument of `run` at a scale of 100 percent.
    pub loops: u64,
}

impl Workload {
    /// The docstring: what it stresses.
    pub fn summary(&self) -> &'static str {
        self.source.split("\"\"\"").nth(1).unwrap_or_default()
    }

    /// The argument of `run` at a scale in percent.
    pub fn scaled_loops(&self, percent: u64) -> u64 {
        (self.loops * percent / 100).max(1)
    }
}

/// All workloads, group by group, sorted by name.
pub fn all() -> Vec<Workload> {
    let mut workloads: Vec<Workload> = FILES.files().filter_map(parse).collect();
    workloads.sort_by_key(|workload| (workload.group == Group::Contended, workload.name));
    workloads
}

/// The workloads that `names` (of workloads or groups) ask for, in the order of `all`; every one if it is empty.
pub fn choose(names: &[String]) -> Result<Vec<Workload>, String> {
    let mut workloads = all();
    for name in names {
        if !workloads.iter().any(|workload| answers_to(workload, name)) {
            return Err(unknown(name, &workloads));
        }
    }
    workloads.retain(|workload| names.is_empty() || names.iter().any(|name| answers_to(workload, name)));
    Ok(workloads)
}

fn answers_to(workload: &Workload, name: &str) -> bool {
    workload.name == name || workload.group.to_string() == name
}

fn unknown(name: &str, workloads: &[Workload]) -> String {
    let mut near: Vec<(f64, &str)> =
        workloads.iter().map(|workload| (strsim::jaro_winkler(name, workload.name), workload.name)).collect();
    near.retain(|(nearness, _)| *nearness >= NEAR);
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    let near: Vec<&str> = near.into_iter().take(SUGGESTIONS).map(|(_, name)| name).collect();
    let advice = if near.is_empty() {
        "--list shows the names".into()
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    format!("no workload is named '{name}': {advice}")
}

fn parse(file: &'static include_dir::File) -> Option<Workload> {
    let name = file.path().file_name()?.to_str()?.strip_suffix(".py")?;
    let source = file.contents_utf8()?;
    let loops =
        source.lines().find_map(|line| line.strip_prefix("LOOPS = "))?.replace('_', "").parse().ok()?;
    let group = if name.starts_with("contended_") { Group::Contended } else { Group::Scaling };
    Some(Workload { name, group, source, loops })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The benchmarks of CPython's Tools/ftscalingbench, apart from the one on frozendict, which 3.14 lacks.
    const UPSTREAM: [&str; 27] = [
        "object_cfunction",
        "cmodule_function",
        "object_lookup_special",
        "context_manager",
        "mult_constant",
        "generator",
        "pymethod",
        "pyfunction",
        "module_function",
        "load_string_const",
        "load_tuple_const",
        "create_pyobject",
        "create_closure",
        "create_dict",
        "thread_local_read",
        "method_caller",
        "instantiate_dataclass",
        "instantiate_namedtuple",
        "instantiate_typing_namedtuple",
        "super_call",
        "classmethod_call",
        "staticmethod_call",
        "descriptor",
        "deepcopy",
        "setattr_non_interned",
        "enum_attr",
        "type_lookup",
    ];

    #[test]
    fn upstream_names_are_all_there() {
        let mut expected = UPSTREAM.to_vec();
        expected.sort_unstable();
        let names: Vec<&str> =
            choose(&["scaling".into()]).unwrap().iter().map(|workload| workload.name).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn every_file_is_a_workload() {
        let workloads = all();
        assert_eq!(
            workloads.len(),
            FILES.files().filter(|file| file.path().extension().unwrap() == "py").count()
        );
        for workload in &workloads {
            assert!(workload.summary().len() > 20, "{} has no docstring", workload.name);
            assert!(workload.source.contains("\ndef run(loops):\n"), "{} has no run(loops)", workload.name);
            assert!(workload.loops >= 10, "{}", workload.name);
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_nearest() {
        let message = choose(&["pyfuncton".into()]).err().unwrap();
        assert!(
            message.starts_with("no workload is named 'pyfuncton': did you mean pyfunction"),
            "{message}"
        );
        let message = choose(&["zzz".into()]).err().unwrap();
        assert!(message.ends_with("--list shows the names"), "{message}");
    }

    #[test]
    fn a_scale_never_rounds_the_work_away() {
        let workloads = choose(&["deepcopy".into()]).unwrap();
        assert_eq!(workloads[0].scaled_loops(200), workloads[0].loops * 2);
        assert_eq!(
            Workload { loops: 10, ..choose(&["deepcopy".into()]).unwrap().remove(0) }.scaled_loops(1),
            1
        );
    }
}
