"""TensorBoard event files, written without a thread: a full disk is an error like any other, a crash loses nothing."""

import os
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter


class Events:
    """An event file in `folder`; TensorBoard forgets what older files of the folder say of `first_step` and later."""

    def __init__(self, folder: Path, first_step: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        name = f"events.out.tfevents.{time.time_ns() // 1000:017d}.{socket.gethostname()}.{os.getpid()}"
        self.file = (folder / name).open("xb")
        self.records = RecordWriter(self.file)
        self.write(file_version="brain.Event:2")
        self.write(step=first_step, session_log=SessionLog(status=SessionLog.START))

    def add(self, scalars: Mapping[str, float], step: int) -> None:
        """Writes numbers by tag, for one step."""
        values = [Summary.Value(tag=tag, simple_value=value) for tag, value in scalars.items()]
        self.write(step=step, summary=Summary(value=values))

    def write(self, **fields: Any) -> None:
        self.records.write(Event(wall_time=time.time(), **fields).SerializeToString())
        self.file.flush()

    def close(self) -> None:
        self.file.close()
