// Cancels a run: nothing new is started, and work in progress is completed.
import { post } from '../../api/client.js';
import { ask } from '../../components/feedback/confirm.js';
import { ActionButton } from '../../components/form/action-button.js';

export const CancelRun = ({ id, onDone }: { readonly id: string; readonly onDone: () => void }) => (
  <ActionButton
    kind="danger"
    onAct={() =>
      ask({
        title: 'Cancel this run?',
        text: 'Nothing new is started. Work in progress is completed, and the rest stays due.',
        action: 'Cancel the run',
        danger: true,
        perform: async () => {
          await post('/runs/{id}/cancel', { params: { id } });
          onDone();
          return { text: 'The run will stop within a few seconds. Work in progress is completed.' };
        },
      })
    }
  >
    Cancel…
  </ActionButton>
);
