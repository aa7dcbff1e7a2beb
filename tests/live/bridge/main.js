// Gives VS Code the files of one folder and one kernel, both of the server that it comes from.
// In a learner's VS Code the extension Jupyter does that; it is in no registry that tests may use.
const vscode = require("vscode");

exports.activate = context => {
  const server = context.extensionUri.with({ path: "" }).toString(true).replace(/\/$/, "");
  const ask = async (path, options) => (await fetch(server + path, options)).json();
  const there = async (what, uri) => {
    const found = await ask(`/${what}${uri.path}`);
    if (found === null) throw vscode.FileSystemError.FileNotFound(uri);
    return found;
  };
  const files = {
    onDidChangeFile: new vscode.EventEmitter().event,
    watch: () => new vscode.Disposable(() => {}),
    stat: uri => there("stat", uri),
    readDirectory: uri => there("list", uri),
    readFile: async uri => new TextEncoder().encode(await there("text", uri)),
    writeFile: (uri, content) => ask(`/text${uri.path}`, { method: "POST", body: content }),
    createDirectory() {},
    delete() {},
    rename() {},
  };
  const kernel = vscode.notebooks.createNotebookController("python", "jupyter-notebook", "Python");
  kernel.supportedLanguages = ["python"];
  kernel.supportsExecutionOrder = true;
  let number = 0;
  kernel.executeHandler = async cells => {
    for (const cell of cells) {
      const run = kernel.createNotebookCellExecution(cell);
      run.executionOrder = ++number;
      run.start(Date.now());
      const outputs = await ask("/run/", { method: "POST", body: cell.document.getText() });
      const items = bundle => Object.entries(bundle).map(
        ([mime, text]) => vscode.NotebookCellOutputItem.text(text, mime));
      await run.replaceOutput(outputs.map(one => new vscode.NotebookCellOutput(items(one))));
      run.end(true, Date.now());
    }
  };
  context.subscriptions.push(kernel, vscode.workspace.registerFileSystemProvider("given", files));
};
