"""What a call, a conference and the endpoint have in common: audio is played to them, recorded and streamed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Optional, Union, overload

from . import _microsip
from .audio_config import (
    AudioSinkOptions,
    AudioSourceOptions,
    PlayOptions,
    RecordingName,
    RecordOptions,
    ToneOptions,
)
from .audio_stream import AudioSink, AudioSource
from .config import merged
from .player import Playback, Player
from .recorder import Recorder
from .samples import Samples, plain
from .tones import Tone, TonePlayer

if TYPE_CHECKING:
    from typing_extensions import Buffer, Unpack

    from .audio_config import (
        AudioSinkOptionsFields,
        AudioSourceOptionsFields,
        PlayOptionsFields,
        RecordOptionsFields,
        ToneOptionsFields,
    )
    from .samples import Path

__all__ = ["AudioTarget"]


class AudioTarget:
    """What audio can belong to: a call, a conference, or, of the endpoint, nothing until it is connected (`Endpoint.connect`)."""

    __slots__ = ()
    _native: Any

    @overload
    def play(
        self,
        source: Union[Path, Sequence[Path]],
        options: Optional[PlayOptions] = None,
        *,
        rate: None = None,
        **fields: Unpack[PlayOptionsFields],
    ) -> Player: ...
    @overload
    def play(self, source: Samples, options: Optional[PlayOptions] = None, **fields: Unpack[PlayOptionsFields]) -> Playback: ...
    @overload
    def play(
        self, source: Buffer, options: Optional[PlayOptions] = None, *, rate: int, **fields: Unpack[PlayOptionsFields]
    ) -> Playback: ...
    def play(
        self,
        source: Union[Path, Sequence[Path], Samples, Buffer],
        options: Optional[PlayOptions] = None,
        *,
        rate: Optional[int] = None,
        **fields: Unpack[PlayOptionsFields],
    ) -> Union[Player, Playback]:
        """Plays files, or samples, from the moment audio flows, together with whatever else is played. Await what is returned to wait for
        its end, or call its ``wait_finished``.

        * A path, or several, which follow each other without a gap: WAV (any rate and width, any number of channels, float, A-law, µ-law,
          ADPCM, RF64), MP3, FLAC, Ogg Vorbis, Ogg Opus. They are read while they are played; `PlayerFinished` tells the end.
        * Samples with their `rate` (8000, 16000, 24000, 32000 or 48000), as `AudioSource` takes them, ten minutes at most; those of a
          `Pcm` or `AudioFrame` know it. They are copied at once, and begin at once: they are not `paused`. Repeated, they follow
          themselves without a gap until `Playback.stop` or the end of what they are played to.

        The first second of a file is decoded before this returns. Raises `FileError` when a file cannot be read, `MediaError` when it is no
        audio or empty, `InvalidArgumentError` without any file or sample, or for a wrong rate, `GoneError` after the end of the call or
        conference, `TypeError` for what is none of these.
        """
        if isinstance(source, Samples):
            rate = source.rate if rate is None else rate
        if rate is not None:
            chosen = merged(PlayOptions, options, fields)
            native = _microsip.play_samples(self._native, plain(source), rate, chosen)  # type: ignore[arg-type]
            return Playback._of(native)
        if isinstance(source, (str, os.PathLike)):
            source = [source]
        elif not isinstance(source, (list, tuple)) or not all(isinstance(it, (str, os.PathLike)) for it in source):
            raise TypeError(f"expected a path, a list of paths, or samples with their rate=, not {type(source).__name__}")
        return _microsip.play(self._native, source, merged(PlayOptions, options, fields))

    def play_tone(self, tone: Union[Tone, str], options: Optional[ToneOptions] = None, **fields: Unpack[ToneOptionsFields]) -> TonePlayer:
        """Plays a tone from the moment audio flows, together with whatever else is played: exact in frequency and level, faded in and out
        over 4 ms. A text is read by `Tone.find`. `ToneFinished` tells when it is through.

        Raises `InvalidArgumentError` for a tone that cannot be played at the bridge's rate, `GoneError` after the end of the call or
        conference.
        """
        return _microsip.play_tone(self._native, tone, merged(ToneOptions, options, fields))

    def record(
        self,
        to: Union[Path, RecordingName],
        options: Optional[RecordOptions] = None,
        **fields: Unpack[RecordOptionsFields],
    ) -> Recorder:
        """Records into a file: what the peer of a call says or what `RecordOptions.tap` asks for; of a conference, everybody and what is
        played to all; of the endpoint, whatever is connected to the recorder. WAV, Ogg Opus or FLAC by the extension.

        An existing file stays, and another name is found, unless `RecordOptions.overwrite` is set: see `Recorder.path`. The recording ends
        with the call or with `Recorder.stop`; `RecordingFinished` tells when the file is complete.

        Raises `FileError` when the file cannot be made, `InvalidArgumentError` for an extension, rate or bit rate that cannot be written,
        or a side of what is no call, `UnsupportedError` for Opus in a build without it, `GoneError` after the end.
        """
        return _microsip.record(self._native, to, merged(RecordOptions, options, fields))

    def audio_sink(self, options: Optional[AudioSinkOptions] = None, **fields: Unpack[AudioSinkOptionsFields]) -> AudioSink:
        """Takes audio out, as frames at a rate of one's own: of a call, of all of a conference and what is played to it, or of what is
        connected to the sink. Several can listen at once.

        Raises `InvalidArgumentError` for a wrong option, `GoneError` after the end.
        """
        return AudioSink._of(_microsip.audio_sink(self._native, merged(AudioSinkOptions, options, fields)))

    def audio_source(self, options: Optional[AudioSourceOptions] = None, **fields: Unpack[AudioSourceOptionsFields]) -> AudioSource:
        """Puts audio in, at a rate of one's own. Several sources, and files played beside them, are mixed.

        Raises `InvalidArgumentError` for a wrong option, `GoneError` after the end.
        """
        return AudioSource._of(_microsip.audio_source(self._native, merged(AudioSourceOptions, options, fields)))
