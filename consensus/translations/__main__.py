"""Update and compile every catalogue; name what is still untranslated. With a code, `fi`, begin that language first."""

from __future__ import annotations

import sys

from consensus.translations.catalogue import begin, catalogues, untranslated, update


def main(codes: list[str]) -> int:
    for code in codes:
        begin(code)
    missing = 0
    for language, path in catalogues().items():
        for text in untranslated(update(path)):
            missing += 1
            print(f"{language}: {text}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
