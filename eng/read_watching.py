#!/usr/bin/python3
"""Reads what the callbacks TensorBoard and WandbOffline wrote with the readers and the messages of TensorBoard and of the wandb client themselves. Prints how many records of each kind there are, and fails if a checksum is wrong
or a message has a field that the public messages do not know.
Needs checkouts of both projects, protoc, and Debian's python3-protobuf, python3-numpy and python3-absl.
usage: eng/read_watching.py TENSORBOARD_CHECKOUT WANDB_CHECKOUT FOLDER...   (folders that hold event files or files *.wandb)"""
import collections
import glob
import importlib.util
import os
import subprocess
import sys
import tempfile

board, client, *folders = sys.argv[1:] if len(sys.argv) > 3 else sys.exit(__doc__)
messages = tempfile.TemporaryDirectory()
made = messages.name


def compile_messages(root, pattern):
    files = [os.path.relpath(path, root) for path in glob.glob(os.path.join(root, pattern), recursive=True)]
    subprocess.run(["protoc", "-I", root, f"--python_out={made}", *files], check=True)


compile_messages(board, "tensorboard/compat/proto/*.proto")
compile_messages(board, "tensorboard/plugins/*/*.proto")
for name in ("base", "telemetry", "settings", "internal"):
    compile_messages(client, f"wandb/proto/wandb_{name}.proto")
sys.path[:0] = [board, made]
# Messages of both projects lie in packages whose other modules are in the checkout.
for package in ("compat.proto", "plugins.hparams", "plugins.pr_curve", "plugins.histogram", "plugins.scalar", "plugins.text", "plugins.image"):
    importlib.import_module(f"tensorboard.{package}").__path__.append(os.path.join(made, "tensorboard", *package.split(".")))
from google.protobuf.unknown_fields import UnknownFieldSet  # noqa: E402
from tensorboard.compat.proto import event_pb2, graph_pb2  # noqa: E402
from tensorboard.compat.tensorflow_stub import errors, pywrap_tensorflow  # noqa: E402

CONTENTS = {"hparams": ("hparams", "HParamsPluginData"), "pr_curves": ("pr_curve", "PrCurvePluginData"), "histograms": ("histogram", "HistogramPluginData"),
            "scalars": ("scalar", "ScalarPluginData"), "text": ("text", "TextPluginData"), "images": ("image", "ImagePluginData")}
failed = False


def unknown(message, path=""):
    found = [f"{path}.{field.field_number}" for field in UnknownFieldSet(message)]
    for field, value in message.ListFields():
        if field.message_type and not field.message_type.GetOptions().map_entry:
            for one in value if field.label == field.LABEL_REPEATED else [value]:
                found += unknown(one, f"{path}.{field.name}")
    return found


def events(path):
    reader = pywrap_tensorflow.PyRecordReader_New(path)
    while True:
        try:
            reader.GetNext()
        except errors.OutOfRangeError:
            return
        event = event_pb2.Event.FromString(reader.record())
        yield "event", event
        if event.HasField("graph_def"):
            yield "graph", graph_pb2.GraphDef.FromString(event.graph_def)
        for value in event.summary.value:
            plugin = value.metadata.plugin_data
            if plugin.content:
                folder, kind = CONTENTS[plugin.plugin_name]
                module = importlib.import_module(f"tensorboard.plugins.{folder}.plugin_data_pb2")
                yield plugin.plugin_name, getattr(module, kind).FromString(plugin.content)


def records(path):
    spec = importlib.util.spec_from_file_location("datastore", os.path.join(client, "wandb", "sdk", "internal", "datastore.py"))
    datastore = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(datastore)
    from wandb.proto import wandb_internal_pb2
    store = datastore.DataStore()
    store.open_for_scan(path)
    while (data := store.scan_data()) is not None:
        record = wandb_internal_pb2.Record.FromString(data)
        yield record.WhichOneof("record_type"), record


for folder in folders:
    for path in sorted(glob.glob(os.path.join(folder, "**", "*"), recursive=True)):
        read = records if path.endswith(".wandb") else events if ".tfevents." in path else None
        if read is None:
            continue
        kinds, strange = collections.Counter(), []
        for kind, message in read(path):
            kinds[kind] += 1
            strange += unknown(message)
        failed |= bool(strange) or not kinds
        print(f"{path}: {dict(kinds)}; unknown fields: {strange or 'none'}")
sys.exit(failed)
