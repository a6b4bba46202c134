"""The compiled model equals the declared one, is read in parts, and follows the files."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import zlib

import pytest

from crmcli.model import applied
from crmcli.model.build import build_object, build_pairs
from crmcli.model.check import SchemaProblems
from crmcli.model.compiled import declared_model, load_model
from crmcli.model.declarations import declarations
from crmcli.model.files import schema_files, stamps
from crmcli.model.packed import Lazy, pack_object, unpack_object


@pytest.fixture
def root(tmp_path):
    (tmp_path / "crm" / "schemas").mkdir(parents=True)
    return tmp_path / "crm"


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache" / "x"


def age(folder, seconds=60):
    """Make files older than the cache, as they are in life."""
    for path in folder.iterdir():
        at = path.stat().st_mtime_ns - seconds * 10**9
        os.utime(path, ns=(at, at))


def in_new_process(root, cache, then):
    load = f"model = load_model({str(root)!r}, {str(cache)!r})"
    code = f"import sys\nfrom crmcli.model.compiled import load_model\n{load}\n{then}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_objects_and_pairs_come_back_from_json_as_they_were(cache):
    declared = declarations("")
    for model in (load_model("", str(cache)), load_model("", str(cache))):
        assert list(model.objects) == list(declared.objects)
        for name, tree in declared.objects.items():
            built = build_object(name, tree)
            assert model.objects[name] == built
            assert list(model.objects[name].properties) == list(built.properties)
        assert list(model.pairs.values()) == list(build_pairs(declared.objects))
        assert model.fingerprint == declared.fingerprint


def test_packing_survives_json():
    for name, tree in declarations("").objects.items():
        built = build_object(name, tree)
        assert unpack_object(json.loads(json.dumps(pack_object(built)))) == built


def test_the_cache_is_for_its_user_alone(cache):
    load_model("", str(cache))
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in cache.iterdir()] == [0o600]


def test_a_valid_cache_needs_no_yaml_and_reads_one_object(root, cache):
    load_model(str(root), str(cache))
    then = (
        "model.objects['contact'].properties['email']\n"
        "print(sorted(model.objects._made), len(model.objects['contact'].properties._made),"
        " sorted({'yaml', 'difflib', 'crmcli.model.declarations'} & sys.modules.keys()))"
    )
    assert in_new_process(root, cache, then) == "['contact'] 1 []"


def test_a_valid_cache_reads_no_more_pairs_than_are_asked_for(root, cache):
    load_model(str(root), str(cache))
    then = (
        "pair = model.pair('company', 'contact')\n"
        "other = model.pair('deal', 'contact')\n"
        "print(pair.owner, model.pairs_of('contact', {other.code}) == (other,), len(model.pairs._made))\n"
        "print(all(pair.owner == 'deal' for pair in model.pairs_owned('deal')), other in model.pairs_owned('deal'))\n"
        "print(len(model.pairs._made) < len(model.pairs) / 4)"
    )
    assert in_new_process(root, cache, then).split() == ["contact", "True", "2", "True", "True", "True"]


@pytest.mark.parametrize("end", [0, 1, -1])
def test_a_cache_that_was_cut_is_made_anew(root, cache, end):
    fresh = load_model(str(root), str(cache))
    path = cache / "model.json"
    whole = path.read_bytes()
    path.write_bytes(whole[:end])
    assert load_model(str(root), str(cache)).objects["deal"] == fresh.objects["deal"]
    assert path.read_bytes() == whole


def test_a_word_is_found_without_reading_any_object(root, cache):
    load_model(str(root), str(cache))
    then = (
        "from crmcli.model.names import find_object_name\n"
        "print(find_object_name(model, 'people'), find_object_name(model, 'tick'), sorted(model.objects._made),"
        " model.objects_with('person'))"
    )
    assert in_new_process(root, cache, then) == "contact ticket [] ('contact',)"


def test_a_changed_file_is_seen_and_one_that_was_only_touched_keeps_the_cache(root, cache):
    path = root / "schemas" / "contact.yaml"
    path.write_text("label: Person\n")
    age(root / "schemas")
    first = load_model(str(root), str(cache))
    written = (cache / "model.json").read_bytes()
    os.utime(path)
    assert load_model(str(root), str(cache)).fingerprint == first.fingerprint
    assert (cache / "model.json").read_bytes().partition(b"\n")[2] == written.partition(b"\n")[2]
    path.write_text("label: Client\n")
    second = load_model(str(root), str(cache))
    assert second.objects["contact"].label == "Client"
    assert second.summaries["contact"].label == "Client"
    assert second.fingerprint != first.fingerprint
    path.unlink()
    assert load_model(str(root), str(cache)).objects["contact"].label == "Contact"


def test_a_change_within_the_clock_tick_of_the_cache_is_seen(root, cache):
    path = root / "schemas" / "contact.yaml"
    path.write_text("label: Aaaa\n")
    load_model(str(root), str(cache))
    before = path.stat()
    path.write_text("label: Bbbb\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert load_model(str(root), str(cache)).objects["contact"].label == "Bbbb"


@pytest.mark.parametrize("damage", [b"", b"{", b"[]\n", b'{"format": 0}\n', b"\x00\xff\n"])
def test_a_damaged_cache_is_made_anew(cache, damage):
    good = load_model("", str(cache))
    path = cache / "model.json"
    path.write_bytes(damage)
    assert load_model("", str(cache)).objects["deal"] == good.objects["deal"]
    assert json.loads(path.read_bytes().partition(b"\n")[0])["fingerprint"] == good.fingerprint


def test_a_truncated_cache_is_made_anew(cache):
    load_model("", str(cache))
    path = cache / "model.json"
    content = path.read_bytes()
    path.write_bytes(content[:-10])
    assert load_model("", str(cache)).objects["ticket"].label == "Ticket"
    assert len(path.read_bytes()) == len(content)


def test_without_a_cache_folder_the_model_is_made_in_memory(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert load_model("", str(blocked / "cache")).objects["deal"].label == "Deal"
    assert blocked.read_text() == ""


def test_a_file_that_goes_while_it_is_looked_at_is_a_change(root):
    path = root / "schemas" / "deal.yaml"
    path.write_text("label: Sale\n")
    files = schema_files(str(root))
    path.unlink()
    assert stamps(files)[-1] == [str(path), 0, 0, 0]


def test_the_number_of_a_pair_is_the_same_everywhere():
    pairs = load_model("", "").pairs
    assert len({pair.code for pair in pairs.values()}) == len(pairs) > 170
    assert load_model("", "").pairs["contact", "company"].code == zlib.crc32(b"contact:company")


def test_a_lazy_mapping_makes_each_value_once_and_only_when_asked():
    made = []
    lazy = Lazy({"a": 1, "b": 2}, lambda raw: made.append(raw) or raw * 10)
    assert ("a" in lazy, "c" in lazy, len(lazy), list(lazy), made) == (True, False, 2, ["a", "b"], [])
    assert (lazy["b"], lazy["b"], made) == (20, 20, [2])
    assert (lazy.get("c"), dict(lazy)) == (None, {"a": 10, "b": 20})
    with pytest.raises(KeyError):
        lazy["c"]


# What a new process loaded to compile, and whether it knows an object.
COMPILED = "print({'yaml', 'crmcli.model.build'} <= sys.modules.keys(), 'robot' in model.objects)"
ROBOT = "label: Robot\nplural: Robots\nproperties: {name: {label: Name, type: string}}\ndisplay: [name]\n"


def another(root, name):
    """A workspace without schema files of its own."""
    folder = root.with_name(name)
    (folder / "schemas").mkdir(parents=True)
    return folder


def test_the_built_in_objects_are_compiled_once_for_all_workspaces(root, cache):
    assert in_new_process(root, cache, COMPILED) == "True False"
    assert in_new_process(another(root, "second"), cache.with_name("y"), COMPILED) == "False False"
    first, second = load_model(str(root), str(cache)), load_model(str(root), str(cache.with_name("z")))
    assert first.objects == second.objects
    assert dict(first.pairs) == dict(second.pairs)
    assert (first.fingerprint, first.layout, first.applied) == (second.fingerprint, second.layout, second.applied)
    names = {path.name for path in cache.parent.iterdir()}
    assert names == {"x", "y", "z", f"built-in.{os.getuid()}.json"}
    assert stat.S_IMODE((cache.parent / f"built-in.{os.getuid()}.json").stat().st_mode) == 0o600


def test_a_workspace_with_files_of_its_own_is_compiled_by_itself(root, cache):
    load_model("", str(cache))
    own = another(root, "own")
    (own / "schemas" / "robot.yaml").write_text(ROBOT, encoding="utf-8")
    assert in_new_process(own, cache.with_name("own"), COMPILED) == "True True"
    assert in_new_process(root, cache.with_name("other"), COMPILED) == "False False"
    (root / "schemas" / "robot.yml").write_text(ROBOT, encoding="utf-8")
    with pytest.raises(SchemaProblems, match=r"robot\.yml"):
        load_model(str(root), str(cache.with_name("misnamed")))


def test_what_the_data_was_written_by_is_held_back_all_the_same(root, cache):
    shipped = load_model(str(root), str(cache))
    own = another(root, "own")
    (own / "schemas" / "robot.yaml").write_text(ROBOT, encoding="utf-8")
    before = declared_model(str(own))
    parts = applied.to_record(before.objects, before.pairs.values(), {}, ())
    (own / "data").mkdir()
    (own / "data" / "schema.json").write_text(applied.text_of(parts), encoding="utf-8")
    (own / "schemas" / "robot.yaml").unlink()
    model = load_model(str(own), str(cache.with_name("own")))
    assert shipped.pending == ()
    assert ("robot", "") in model.pending


@pytest.mark.parametrize("what", ["its modules", "the built-in files", "the file itself"])
def test_another_program_compiles_them_anew(root, cache, what):
    load_model(str(root), str(cache))
    shared = cache.parent / f"built-in.{os.getuid()}.json"
    first, _, body = shared.read_bytes().partition(b"\n")
    head = json.loads(first)
    if what == "the file itself":
        body = body[:-1]
    else:
        kind = ".py" if what == "its modules" else ".yaml"
        stamp = next(stamp for stamp in head["stamps"] if stamp[0].endswith(kind))
        stamp[3] += 1
    shared.write_bytes(json.dumps(head).encode() + b"\n" + body)
    assert in_new_process(root, cache.with_name("y"), COMPILED) == "True False"
    assert in_new_process(root, cache.with_name("z"), COMPILED) == "False False"


def test_where_nothing_can_be_kept_everything_is_there_all_the_same(root, cache):
    cache.parent.write_text("a file, where the folder should be")
    assert load_model(str(root), str(cache)).objects.keys() == load_model("", str(cache)).objects.keys() != set()
