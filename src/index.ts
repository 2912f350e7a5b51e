export { startApp, BadRules, type App, type AppOptions } from './app.ts';
