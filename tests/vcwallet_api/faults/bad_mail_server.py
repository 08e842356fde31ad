"""A mail server that speaks SMTP up to a point."""

import socket
import threading
from contextlib import suppress


class BadMailServer:
    """`slow` greets nobody, `drops` hangs up on a mail, `silent` never answers one, `rude` answers QUIT with an error and `gone`
    not at all.
    """

    def __init__(self, kind):
        self.kind, self.mails = kind, []
        self.reached = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        # Closing alone would not wake whoever waits for a connection.
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._speak, args=(connection,), daemon=True).start()

    def _speak(self, connection):
        with connection, connection.makefile("rwb", buffering=0) as lines:
            if self.kind == "slow":
                # Until the other side has had enough.
                lines.read(1000)
                return
            lines.write(b"220 here\r\n")
            while line := lines.readline():
                word = line[:4].upper().strip()
                if word == b"DATA":
                    lines.write(b"354 go on\r\n")
                    while lines.readline() != b".\r\n":
                        pass
                    self.reached.set()
                    if self.kind == "drops":
                        return
                    if self.kind == "silent":
                        lines.read(1000)
                        return
                    self.mails.append(1)
                    lines.write(b"250 taken\r\n")
                elif word == b"QUIT":
                    if self.kind != "gone":
                        lines.write(b"421 no\r\n" if self.kind == "rude" else b"221 bye\r\n")
                    return
                else:
                    lines.write(b"250 ok\r\n")
