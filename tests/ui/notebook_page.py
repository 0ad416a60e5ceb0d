"""A notebook in a real JupyterLab, driven through the application object that the lab exposes."""

from __future__ import annotations

import secrets

from playwright.sync_api import Locator, Page, expect

FIND_PANEL = """
async path => {
  const app = window.jupyterapp;
  await app.restored;
  const find = () => [...app.shell.widgets('main')].find(widget => widget.context?.path === path);
  const panel = find() ?? await new Promise(resolve => {
    const look = () => { const found = find(); if (found) { app.shell.layoutModified.disconnect(look); resolve(found); } };
    app.shell.layoutModified.connect(look);
    look();
  });
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
  return panel;
}
"""

RUN_CELL = f"""
async ([path, index]) => {{
  const panel = await ({FIND_PANEL})(path);
  window.jupyterapp.shell.activateById(panel.id);
  panel.content.activeCellIndex = index;
  await window.jupyterapp.commands.execute('notebook:run-cell');
  return panel.content.widgets[index].model.executionCount;
}}
"""

SOURCES = f"""
async path => {{
  const panel = await ({FIND_PANEL})(path);
  return panel.content.widgets.map(cell => cell.model.sharedModel.getSource());
}}
"""

SCROLL = (
    f"async ([path, index]) => {{ const panel = await ({FIND_PANEL})(path); await panel.content.scrollToItem(index); }}"
)

OUTPUTS_HAVE = """
([path, text]) => [...window.jupyterapp.shell.widgets('main')]
  .filter(widget => widget.context?.path === path)
  .some(panel => JSON.stringify(panel.context.model.toJSON().cells.map(cell => cell.outputs)).includes(text))
"""

SAVE = f"async path => {{ const panel = await ({FIND_PANEL})(path); await panel.context.save(); }}"


class NotebookPage:
    """One notebook of the lab in one window."""

    def __init__(self, page: Page, path: str) -> None:
        self.page = page
        self.path = path

    @staticmethod
    def address(lab_url: str, token: str, path: str) -> str:
        """Where the notebook opens in a workspace of its own."""
        return f"{lab_url}lab/workspaces/test-{secrets.token_hex(4)}/tree/{path}?token={token}&reset"

    def wait_until_open(self) -> None:
        """Return when the lab has started and the notebook's kernel has answered."""
        self.page.wait_for_function("() => window.jupyterapp !== undefined")
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")
        self.sources()

    def sources(self) -> list[str]:
        """The text of every cell."""
        return list(self.page.evaluate(SOURCES, self.path))

    def cell_with(self, text: str) -> int:
        """The index of the first cell whose text contains ``text``."""
        return next(index for index, source in enumerate(self.sources()) if text in source)

    def run(self, index: int) -> Locator:
        """Run a cell and return it when the kernel has answered."""
        assert self.page.evaluate(RUN_CELL, [self.path, index]) is not None
        return self.cell(index)

    def cell(self, index: int) -> Locator:
        return self.page.locator(f'.jp-NotebookPanel .jp-Cell[data-windowed-list-index="{index}"]')

    def scroll_to(self, index: int) -> None:
        """Bring a cell into view: JupyterLab draws no others."""
        self.page.evaluate(SCROLL, [self.path, index])

    def use_theme(self, name: str) -> None:
        """Show the lab in a theme; return when it is seen."""
        self.page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", name)
        expect(self.page.locator("body")).to_have_attribute("data-jp-theme-name", name)
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")

    def expect_in_outputs(self, text: str) -> None:
        """Return when an output of the open notebook holds ``text``, whatever is in its file."""
        self.page.wait_for_function(OUTPUTS_HAVE, arg=[self.path, text])

    def unsaved_mark(self) -> Locator:
        """What its tab shows when there is something to save."""
        tab = self.page.locator("#jp-main-dock-panel .lm-TabBar-tab.jp-mod-dirty")
        return tab.filter(has_text=self.path)

    def save(self) -> None:
        self.page.evaluate(SAVE, self.path)
