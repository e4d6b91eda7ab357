// Starts the dashboard.
import { render } from 'preact';
import { App } from './app.js';
import { startKeyboard } from './state/keyboard.js';
import { startRouter } from './state/router.js';
import { loadSession, watchSession } from './state/session.js';
import { startClock } from './time/clock.js';
import './styles/index.css';

startRouter();
startKeyboard();
startClock();
watchSession();
void loadSession();

const root = document.getElementById('app');
if (root) render(<App />, root);
