//! Cuts the module in two: what most pages need, and a second part that some need later.
//!
//! The second part has the exports of [`LATER`], with the functions that nothing else calls. It works on
//! the first one's memory, and calls its functions, which the first one exports for that. What the two
//! have in common is there once, in the first.

use anyhow::{Result, ensure};
use walrus::{
    Export, ExportItem, Function, FunctionKind, Global, GlobalKind, ImportKind, ImportedFunction,
    Memory, Module, ModuleConfig, Table, passes,
};

use crate::names::Names;

/// What neither a sign-in, its callback nor a refresh calls: signing out, UserInfo, and APIs.
const LATER: &[&str] = &[
    "core_awaitsProofKey",
    "core_finishSignOut",
    "core_prepareSignOut",
    "core_proof",
    "core_signOut",
    "core_thumbprint",
    "core_userInfo",
    "core_userInfoRequest",
    "stepUp",
];

/// The name by which the second part imports the first.
const FIRST: &str = "first";

/// Takes the second part out of the module, and gives it as it is to be optimised.
pub(crate) fn split(module: &mut Module, names: &Names) -> Result<Vec<u8>> {
    let whole = module.emit_wasm();
    let later: Vec<&str> = LATER.iter().map(|name| names.short(name)).collect();
    // Both are read from the same bytes, so that an index means the same in both.
    let mut first = parse(&whole)?;
    let mut second = parse(&whole)?;

    let count = first.exports.iter().count();
    keep_exports(&mut first, |name| !later.contains(&name));
    ensure!(
        first.exports.iter().count() + later.len() == count,
        "an export of `LATER` is not there"
    );
    passes::gc::run(&mut first);

    keep_exports(&mut second, |name| later.contains(&name));
    import_what_is_in(&first, &mut second);
    passes::gc::run(&mut second);

    export_what_is_imported(&mut first, &mut second);
    *module = first;
    Ok(second.emit_wasm())
}

fn parse(bytes: &[u8]) -> Result<Module> {
    let mut config = ModuleConfig::new();
    config.generate_producers_section(false);
    config.parse(bytes)
}

fn keep_exports(module: &mut Module, is_kept: impl Fn(&str) -> bool) {
    let gone = module.exports.iter().filter(|export| !is_kept(&export.name));
    let gone: Vec<_> = gone.map(Export::id).collect();
    for export in gone {
        module.exports.delete(export);
    }
}

/// Makes imports of the functions that the first part has, and of memory, tables and globals, which begin
/// there as they are. Until it is known which of them are needed, their names are their indices.
fn import_what_is_in(first: &Module, second: &mut Module) {
    second.start = None;
    let has: Vec<usize> = first.funcs.iter().map(|function| function.id().index()).collect();
    let functions: Vec<_> = second.funcs.iter_local().map(|(id, _)| id).collect();
    for id in functions.into_iter().filter(|id| has.contains(&id.index())) {
        let import = second.imports.add(FIRST, &id.index().to_string(), id);
        let function = second.funcs.get_mut(id);
        function.kind = FunctionKind::Import(ImportedFunction { import, ty: function.ty() });
    }
    for id in second.data.iter().map(|data| data.id()).collect::<Vec<_>>() {
        second.data.delete(id);
    }
    for id in second.elements.iter().map(|element| element.id()).collect::<Vec<_>>() {
        second.elements.delete(id);
    }
    for id in second.memories.iter().map(|memory| memory.id()).collect::<Vec<_>>() {
        let import = second.imports.add(FIRST, &id.index().to_string(), id);
        let memory = second.memories.get_mut(id);
        memory.import = Some(import);
        memory.data_segments.clear();
    }
    for id in second.tables.iter().map(|table| table.id()).collect::<Vec<_>>() {
        let import = second.imports.add(FIRST, &id.index().to_string(), id);
        let table = second.tables.get_mut(id);
        table.import = Some(import);
        table.elem_segments.clear();
    }
    for id in second.globals.iter().map(|global| global.id()).collect::<Vec<_>>() {
        let import = second.imports.add(FIRST, &id.index().to_string(), id);
        second.globals.get_mut(id).kind = GlobalKind::Import(import);
    }
}

/// Exports from the first part what the second one imports, and gives both the same short names.
fn export_what_is_imported(first: &mut Module, second: &mut Module) {
    let imports = second.imports.iter_mut().filter(|import| import.module == FIRST);
    for (number, import) in imports.enumerate() {
        let index = import.name.parse().unwrap_or(usize::MAX);
        import.name = number.to_string();
        let is_it = |at: usize| at == index;
        let item: Option<ExportItem> = match import.kind {
            ImportKind::Function(_) => {
                first.funcs.iter().map(Function::id).find(|id| is_it(id.index())).map(Into::into)
            }
            ImportKind::Memory(_) => {
                first.memories.iter().map(Memory::id).find(|id| is_it(id.index())).map(Into::into)
            }
            ImportKind::Table(_) => {
                first.tables.iter().map(Table::id).find(|id| is_it(id.index())).map(Into::into)
            }
            ImportKind::Global(_) => {
                first.globals.iter().map(Global::id).find(|id| is_it(id.index())).map(Into::into)
            }
            ImportKind::Tag(_) => None,
        };
        if let Some(item) = item {
            first.exports.add(&import.name, item);
        }
    }
}
