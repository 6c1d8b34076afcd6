"""Small real documents, made here."""

from __future__ import annotations

from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from pypdf import PdfReader, PdfWriter

ODT_TYPE = "application/vnd.oasis.opendocument.text"
_ODT = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>{}</office:text></office:body>'
    "</office:document-content>"
)
_DOCX = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'


def odt(*paragraphs: str, before: str = "") -> bytes:
    """An OpenDocument text; `before` stands before its content, where a DTD would."""
    said = "".join(f"<text:p>{escape(one)}</text:p>" for one in paragraphs)
    written = BytesIO()
    with ZipFile(written, "w") as packed:
        packed.writestr(ZipInfo("mimetype"), ODT_TYPE, ZIP_STORED)
        packed.writestr("content.xml", before + _ODT.format(said))
    return written.getvalue()


def docx(*paragraphs: str) -> bytes:
    """A Word document, each word in a run of its own."""
    runs = ("".join(f"<w:r><w:t>{escape(word)} </w:t></w:r>" for word in one.split()) for one in paragraphs)
    written = BytesIO()
    with ZipFile(written, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("word/document.xml", _DOCX.format("".join(f"<w:p>{run}</w:p>" for run in runs)))
    return written.getvalue()


def pdf(*pages: str, password: str = "") -> bytes:
    """A document of so many pages, each with one line of Latin letters; with a password it is encrypted."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects += [f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>"]
    objects += ["<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"]
    for number, words in enumerate(pages):
        stream = f"BT /F1 12 Tf 72 720 Td ({words}) Tj ET"
        font = "/Resources << /Font << /F1 3 0 R >> >>"
        objects += [f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {font} /Contents {5 + 2 * number} 0 R >>"]
        objects += [f"<< /Length {len(stream.encode('cp1252'))} >>\nstream\n{stream}\nendstream"]
    written, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(written))
        written += f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(written)}\n%%EOF\n"
    return _encrypted(written + end.encode(), password) if password else written + end.encode()


def _encrypted(content: bytes, password: str) -> bytes:
    writer, closed = PdfWriter(PdfReader(BytesIO(content))), BytesIO()
    writer.encrypt(password, algorithm="RC4-128")
    writer.write(closed)
    return closed.getvalue()
