"""Files of an export of this platform, which were checked and written anew when members sent them."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from app.core.errors import DomainError
from app.core.files import LARGEST, FileStore, StoredFile, safe_name, sniff, store_file
from app.transfer.values import LineError


def keep_as_it_is(store: FileStore, name: str, path: Path) -> StoredFile:
    """Keep the very bytes, so that their digest stays the same. Raises LineError for what is not taken here."""
    content = path.read_bytes()
    media_type = sniff(content, name)
    if media_type is None or not 0 < len(content) <= LARGEST:
        raise LineError(f"{name} is no file that is taken here")
    if not media_type.startswith("image/"):
        digest = sha256(content).hexdigest()
        store.put(digest, content)
        return StoredFile(safe_name(name, media_type), media_type, len(content), digest)
    try:
        made = store_file(store, name, content)  # for its measures and smaller copies
    except DomainError as refusal:
        raise LineError(f"{name}: {refusal.reason}") from None
    digest = sha256(content).hexdigest()
    store.put(digest, content)
    return StoredFile(made.name, made.media_type, len(content), digest, made.width, made.height, made.sizes)
