//! The parts of the build script that change what the interpreters are made of.

#[path = "../build/fuse/mod.rs"]
mod fuse;
#[path = "../build/heap.rs"]
mod heap;

use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Store};

/// Two libraries as a linker makes them of shared objects: one has the memory, a table and the addresses of the other's
/// things; the other calls the first, reads its memory, and fills its table with its own functions.
const LIBRARIES: &str = r#"(component
    (core module $env
        (memory (export "memory") 1)
        (table (export "table") 4 funcref)
        (global (export "base") i32 (i32.const 1))
        (global (export "address") (mut i32) (i32.const 64))
        (global $calls (export "calls") (mut i32) (i32.const 0))
        (func (export "double") (param i32) (result i32)
            (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
            (i32.mul (local.get 0) (i32.const 2)))
        (data (i32.const 64) "\07\00\00\00"))
    (core module $library
        (type $number (func (result i32)))
        (import "env" "memory" (memory 1))
        (import "env" "table" (table 4 funcref))
        (import "env" "base" (global $base i32))
        (import "env" "calls" (global $calls (mut i32)))
        (import "env" "double" (func $double (param i32) (result i32)))
        (import "GOT.mem" "address" (global $address (mut i32)))
        (elem (global.get $base) func $seven $hundred)
        (func $seven (result i32) (i32.load (global.get $address)))
        (func $hundred (result i32) (i32.const 100))
        (func (export "run") (result i32)
            (i32.add
                (i32.add
                    (call $double (call_indirect (type $number) (global.get $base)))
                    (call_indirect (type $number) (i32.add (global.get $base) (i32.const 1))))
                (i32.mul (global.get $calls) (i32.const 1000)))))
    (core instance $env (instantiate $env))
    (alias core export $env "address" (core global $address))
    (core instance $got (export "address" (global $address)))
    (core instance $library (instantiate $library
        (with "env" (instance $env))
        (with "GOT.mem" (instance $got))))
    (func (export "run") (result u32) (canon lift (core func $library "run"))))"#;

fn run(component: &[u8]) -> u32 {
    let engine = Engine::default();
    let component = Component::new(&engine, component).expect("a component");
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine)
        .instantiate(&mut store, &component)
        .expect("an instance");
    let run = instance
        .get_typed_func::<(), (u32,)>(&mut store, "run")
        .expect("a function");
    run.call(&mut store, ()).expect("a result").0
}

#[test]
fn libraries_do_the_same_as_one_module() {
    let component = wat::parse_str(LIBRARIES).expect("WebAssembly");
    let fused = fuse::fuse(&component, &|_| Ok(())).expect("one module");
    // 2 * 7 + 100, and one call counted.
    assert_eq!(run(&component), 1114);
    assert_eq!(run(&fused), 1114);
    let eight = |memory: &mut [u8]| {
        memory[64] = 8;
        Ok(())
    };
    assert_eq!(run(&fuse::fuse(&component, &eight).expect("one module")), 1116);
    let text = wasmprinter::print_bytes(&fused).expect("a text");
    // One module for the memory and one for the code; of three globals only the one that is set is left.
    assert_eq!(text.matches("(core module").count(), 2, "{text}");
    assert_eq!(text.matches("(global (").count(), 1, "{text}");
    assert_eq!(text.matches("global.get").count(), 2, "{text}");
}

#[test]
fn what_cannot_be_one_module_is_an_error() {
    let starts = LIBRARIES.replace("(func $hundred", "(func $begin) (start $begin) (func $hundred");
    let problem =
        fuse::fuse(&wat::parse_str(starts).expect("WebAssembly"), &|_| Ok(())).expect_err("no module");
    assert!(problem.to_string().contains("start function"), "{problem:#}");
}

#[test]
fn a_component_without_libraries_stays_as_it_is() {
    let component = wat::parse_str("(component (core module (func)))").expect("WebAssembly");
    assert_eq!(fuse::fuse(&component, &|_| Ok(())).expect("the same"), component);
}

/// A memory with objects at 64, 80 and 96 and a table of them.
fn memory(objects: &[(u32, u32)]) -> Vec<u8> {
    let mut memory = vec![0; 4096];
    let mut table = b"table of objects: bench".to_vec();
    table.extend(u32::try_from(objects.len()).expect("few").to_le_bytes());
    for (index, (references, kind)) in objects.iter().enumerate() {
        let address = 64 + index * 16;
        memory[address..address + 4].copy_from_slice(&references.to_le_bytes());
        memory[address + 4..address + 8].copy_from_slice(&kind.to_le_bytes());
        table.extend(u32::try_from(address).expect("small").to_le_bytes());
        table.extend(1000_u32.to_le_bytes());
    }
    table.extend(b"table of objects: bench");
    memory[2000..2000 + table.len()].copy_from_slice(&table);
    memory
}

fn references(memory: &[u8], index: usize) -> u32 {
    let address = 64 + index * 16;
    u32::from_le_bytes(memory[address..address + 4].try_into().expect("four bytes"))
}

#[test]
fn objects_are_immortal_and_what_is_gone_is_left_alone() {
    // Twenty that live, one that was immortal, one that is free (its place names the next free one), one of another type.
    let mut objects = vec![(3, 1000); 20];
    objects.extend([(0xC000_0000, 1000), (70_000, 1000)]);
    let mut found = memory(&objects);
    heap::settle(&mut found).expect("settled");
    assert_eq!(references(&found, 0), 5 << 28);
    assert_eq!(references(&found, 19), 5 << 28);
    assert_eq!(references(&found, 20), 0xC000_0000);
    assert_eq!(references(&found, 21), 70_000);
    // The table is gone.
    assert!(found[2000..].iter().all(|byte| *byte == 0));
    let mut few = memory(&[(3, 1000), (3, 7), (0, 1000)]);
    let problem = heap::settle(&mut few).expect_err("too few");
    assert!(problem.to_string().contains("1 of 3 objects"), "{problem:#}");
}

#[test]
fn a_memory_without_a_table_stays_as_it_is() {
    let mut memory = memory(&[(3, 1000)]);
    // Cut off behind its number of entries.
    memory.truncate(2030);
    let before = memory.clone();
    heap::settle(&mut memory).expect("nothing to do");
    assert_eq!(memory, before);
}
