// Bodies of send-email that are refused, and the paths of their errors.

export const REFUSED: readonly (readonly [body: object, paths: readonly string[]])[] = [
  [{}, ['type']],
  [{ type: 'immediate' }, ['to']],
  [{ type: 'none', to: 'a@example.com' }, ['type']],
  [{ type: 'immediate', to: 'a@example.com\r\nBcc: x@example.com' }, ['to']],
  [{ type: 'immediate', to: { email: 'a@example.com', name: 'A\r\nBcc: x@example.com' } }, ['to.name']],
  [{ type: 'immediate', to: 'a@example.com', subject: 'Hi\nBcc: x@example.com' }, ['subject']],
  [{ type: 'immediate', to: 'a@example.com', templateData: 'x' }, ['templateData']],
  [
    {
      type: 'immediate',
      to: 'a@example.com',
      templateData: { title: 7, action: { label: 'x', url: 'javascript:1' } },
    },
    ['templateData.action.url', 'templateData.title'],
  ],
  [{ type: 'order', to: 'a@example.com', templateData: { number: 1, lines: ['x', 2] } }, ['templateData.lines.1']],
  [{ type: 'immediate', to: 'a@example.com', templateData: { body: 'x'.repeat(70_000) } }, ['templateData']],
  [{ type: 'immediate', to: 'a@example.com', templateData: { body: '字'.repeat(22_000) } }, ['templateData']],
  [
    { type: 'immediate', to: 'a@example.com', priority: 'soon', scheduled_for: 'tomorrow', more: 1 },
    ['more', 'priority', 'scheduled_for'],
  ],
  [{ type: 'immediate', to: '+491511234567', delivery_method: 'sms' }, ['delivery_method']],
];
