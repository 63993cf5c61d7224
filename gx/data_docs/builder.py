"""The site builder that ``great_expectations.yml`` names: GX's interface, our pages."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gx.data_docs.build import build_site, build_stored
from gx.data_docs.catalogue import Catalogue, catalogue_of, kept_catalogue
from gx.data_docs.load import documents_of
from gx.data_docs.state.names import FOLDERS
from gx.data_docs.text import slug
from gx.paths import find_root

logger = logging.getLogger(__name__)

_CATALOGUE = ".catalogue.json"


class ContractSiteBuilder:
    """Builds Data Docs from a GX context's stored validation results.

    GX makes one for each site of its configuration and calls ``build`` and ``get_resource_url``. ``store_backend``
    names the site's folder as ``base_directory``, relative to the project's folder when it is not absolute.
    """

    def __init__(
        self,
        data_context: Any,
        store_backend: Mapping[str, Any],
        site_name: str | None = None,
        runtime_environment: Mapping[str, Any] | None = None,
        **_: Any,
    ) -> None:
        root = (runtime_environment or {}).get("root_directory") or getattr(data_context, "root_directory", None)
        folder = store_backend.get("base_directory")
        if not folder:
            raise ValueError(
                f"The Data Docs site {site_name or ''} has no folder: found store_backend "
                f"{dict(store_backend)}; allowed is a file system backend with base_directory"
            )
        self.site_name = site_name
        self.folder = (Path(root or ".") / str(folder)).resolve()
        self._context = data_context

    def build(self, resource_identifiers: Any = None, build_index: bool = True) -> tuple[str, dict[str, Any]]:
        """Writes the pages of every stored result that changed; returns the index's path and the links in it.

        GX's arguments are accepted: which files change follows from what is stored.

        Raises:
            OSError: the site's folder cannot be written.
        """
        catalogue = kept_catalogue(find_root(Path.cwd()), self.folder / _CATALOGUE, project_catalogue)
        folder = getattr(self._context.validation_results_store.store_backend, "full_base_directory", None)
        if folder:
            index = build_stored(Path(folder), self.folder, catalogue)
        else:
            index = build_site(
                documents_of(_all_results(self._context.validation_results_store)), self.folder, catalogue
            )
        return str(index), {"index": index.as_uri()}

    def get_resource_url(self, resource_identifier: Any = None, only_if_exists: bool = True) -> str | None:
        """The address of the index, or of the page of a validation result or suite; None when it is not there yet."""
        path = self.folder / _page_of(resource_identifier)
        return path.as_uri() if path.exists() or not only_if_exists else None

    def clean_site(self) -> None:
        """Removes the site's pages, as ``clean_data_docs`` asks; other files in the folder stay."""
        for part in (".", *FOLDERS):
            for kind in ("html", "json", "csv"):
                for path in (self.folder / part).glob(f"*.{kind}"):
                    path.unlink(missing_ok=True)


def _all_results(store: Any) -> Iterator[dict[str, Any]]:
    """The results of a store that is no folder, by GX's own reading."""
    for key in store.list_keys():
        yield store.get(key).to_json_dict()


def _page_of(identifier: Any) -> str:
    if run := getattr(identifier, "run_id", None):
        return f"runs/{slug(str(run.run_name))}.html"
    if name := getattr(identifier, "name", None):
        return f"tables/{slug(str(name))}.html"
    return "index.html"


def project_catalogue(root: Path) -> Catalogue:
    """What the contracts below ``root`` say of the tables.

    A broken contract file costs pages their columns and waivers, never the pages: lint is where it is reported.
    """
    from gx.contracts.store import load_contracts

    try:
        contracts = load_contracts(root)
    except Exception as error:  # pages of stored results must not depend on today's files
        logger.warning("Data Docs are built without columns and waivers: %s", error)
        return Catalogue()
    return catalogue_of(contracts)
