/** Rules of this house that the linter does not bring along; `.oxlintrc.json` turns them on. */
const noModuleState = {
  create: (context) => ({
    'Program > VariableDeclaration[kind="let"], Program > ExportNamedDeclaration > VariableDeclaration[kind="let"]'(
      node,
    ) {
      context.report({ node, message: 'A module keeps no state: give it to the thing that owns it.' });
    },
  }),
};

export default {
  meta: { name: 'house' },
  rules: { 'no-module-state': noModuleState },
};
