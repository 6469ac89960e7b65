"""Sound in: sources, voice activity, and where an utterance begins and ends. Frames are mono float32 at 16 kHz."""

SAMPLE_RATE = 16000
FRAME_SAMPLES = 512
FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE
