// The logged-in user with their role, and the log-out button.
import { logOut, session } from '../../state/session.js';
import { nextTheme, theme } from '../../state/theme.js';
import { act } from '../feedback/confirm.js';
import { Icon } from '../icons/icon.js';

const THEME_ICONS = { system: 'contrast', light: 'sun', dark: 'moon' } as const;

export const ThemeButton = () => (
  <button
    type="button"
    class="bare"
    title={`Theme: ${theme.value}`}
    aria-label={`Theme: ${theme.value}. Change it`}
    onClick={nextTheme}
  >
    <Icon name={THEME_ICONS[theme.value]} />
  </button>
);

export const Person = () => {
  const who = session.value;
  if (who === null) return null;
  return (
    <div class="person">
      <div>
        <strong>{who.name}</strong>
        <span class="muted">{who.role}</span>
      </div>
      {who.kind === 'cookie' && (
        <button
          type="button"
          class="quiet small"
          onClick={() =>
            void act(async () => {
              await logOut();
              return null;
            })
          }
        >
          Log out
        </button>
      )}
    </div>
  );
};
