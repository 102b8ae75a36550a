"""A disk that is full or fails: real errors of the kernel, without root and without another disk (Linux)."""

import ctypes
import platform
import resource
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

# linux/audit.h and asm/unistd.h
_CALLS = {"x86_64": {"fsync": 74, "fdatasync": 75}, "aarch64": {"fsync": 82, "fdatasync": 83}}
# linux/filter.h: load a word, jump if it is equal, return. linux/seccomp.h: the number of the call is at 0, the lower
# half of its first argument at 16; what is returned allows the call or fails it.
_LOAD, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_NUMBER, _ARGUMENT = 0, 16
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _MODE_FILTER = 38, 22, 2


class _Step(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("yes", ctypes.c_ubyte), ("no", ctypes.c_ubyte), ("k", ctypes.c_uint))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step)))


def fail_syncs(error: int, files: Sequence[int]) -> None:
    """Have the kernel answer each fsync and fdatasync of this thread on these descriptors with `error`, for good.
    Raises OSError where the kernel takes no filter."""
    calls = _CALLS[platform.machine()].values()
    steps = [_Step(_LOAD, 0, 0, _NUMBER)]
    steps += [_Step(_IF_EQUAL, len(calls) - at, 0, call) for at, call in enumerate(calls)]
    steps.append(_Step(_RETURN, 0, 0, _ALLOW))
    steps.append(_Step(_LOAD, 0, 0, _ARGUMENT))
    steps += [_Step(_IF_EQUAL, len(files) - at, 0, file) for at, file in enumerate(files)]
    steps.append(_Step(_RETURN, 0, 0, _ALLOW))
    steps.append(_Step(_RETURN, 0, 0, _ERROR | error))
    program = _Program(len(steps), (_Step * len(steps))(*steps))
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in ((_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0)):
        if libc.prctl(*arguments):
            raise OSError(ctypes.get_errno(), "The kernel takes no filter.")


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process may be written beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
