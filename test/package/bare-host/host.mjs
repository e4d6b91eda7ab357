// An ESM host.
import createApp from 'express';
import pg from 'pg';
import { Gauge } from 'prom-client';
import * as punctual from 'punctual';
import * as express from 'punctual/express';
import { z } from 'zod';
import scenario from './scenario.cjs';

await scenario({ punctual, express, createApp, pg, z, Gauge });
