"""Trajectories of CartPole-v1, MountainCar-v0 and Acrobot-v1, from the equations that Gymnasium's documentation publishes, in NumPy.

Writes environments.json beside this file: for each environment a few episodes, each with its first state, its actions, and for each step the state, the
reward and whether it is terminal. Run: python3 make_environments_golden.py
"""
import json
import pathlib

import numpy as np


def cart_pole(state, action):
    x, v, a, w = state
    g, m, total, length, tau = 9.8, 0.1, 1.1, 0.5, 0.02
    force = 10.0 if action == 1 else -10.0
    t = (force + m * length * w * w * np.sin(a)) / total
    dw = (g * np.sin(a) - np.cos(a) * t) / (length * (4.0 / 3.0 - m * np.cos(a) ** 2 / total))
    dv = t - m * length * dw * np.cos(a) / total
    state = np.array([x + tau * v, v + tau * dv, a + tau * w, w + tau * dw])
    return state, 1.0, bool(abs(state[0]) > 2.4 or abs(state[2]) > np.deg2rad(12))


def mountain_car(state, action):
    x, v = state
    v = np.clip(v + 0.001 * (action - 1) - 0.0025 * np.cos(3 * x), -0.07, 0.07)
    x = np.clip(x + v, -1.2, 0.6)
    if x == -1.2 and v < 0:
        v = 0.0
    return np.array([x, v]), -1.0, bool(x >= 0.5 and v >= 0)


def acrobot(state, action):
    torque, dt = float(action - 1), 0.2

    def slopes(s):
        # Sutton and Barto, figure 11.4 of the first edition: m = l = I = 1, lc = 0.5.
        a, b, da, db = s
        d1 = 0.25 + (1.25 + np.cos(b)) + 2
        d2 = 0.25 + 0.5 * np.cos(b) + 1
        phi2 = 0.5 * 9.8 * np.cos(a + b - np.pi / 2)
        phi1 = -0.5 * db ** 2 * np.sin(b) - db * da * np.sin(b) + 1.5 * 9.8 * np.cos(a - np.pi / 2) + phi2
        ddb = (torque + d2 / d1 * phi1 - 0.5 * da ** 2 * np.sin(b) - phi2) / (1.25 - d2 ** 2 / d1)
        return np.array([da, db, -(d2 * ddb + phi1) / d1, ddb])

    k1 = slopes(state)
    k2 = slopes(state + dt / 2 * k1)
    k3 = slopes(state + dt / 2 * k2)
    k4 = slopes(state + dt * k3)
    state = state + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    for angle in (0, 1):
        while state[angle] > np.pi:
            state[angle] -= 2 * np.pi
        while state[angle] < -np.pi:
            state[angle] += 2 * np.pi
    state[2] = np.clip(state[2], -4 * np.pi, 4 * np.pi)
    state[3] = np.clip(state[3], -9 * np.pi, 9 * np.pi)
    terminal = bool(-np.cos(state[0]) - np.cos(state[0] + state[1]) > 1)
    return state, 0.0 if terminal else -1.0, terminal


def episode(step, state, policy, most):
    state = np.array(state, dtype=np.float64)
    steps, first = [], state
    for number in range(most):
        action = int(policy(state, number))
        state, reward, terminal = step(state, action)
        steps.append({"action": action, "state": [float(one) for one in state], "reward": reward, "terminal": terminal})
        if terminal:
            break
    return {"start": [float(one) for one in first], "steps": steps}


def mixed(number, actions):
    """Actions in no order, the same in any language."""
    return (number * 2654435761 + 12345) // 65536 % actions


FAST = 9 * np.pi
GOLDEN = {
    "CartPole": [
        # The traps' own: one step from a leaning pole; always right from rest.
        episode(cart_pole, [0, 0, 0.05, 0], lambda s, n: 1, 1),
        episode(cart_pole, [0, 0, 0, 0], lambda s, n: 1, 500),
        episode(cart_pole, [0.03, -0.02, 0.04, 0.01], lambda s, n: mixed(n, 2), 500),
        episode(cart_pole, [0.01, 0.02, -0.03, 0.04], lambda s, n: s[2] + 0.3 * s[3] > 0, 60),
        # Over the edge of the track, with the pole upright.
        episode(cart_pole, [2.3, 3.0, 0, 0], lambda s, n: s[2] + 0.3 * s[3] > 0, 60),
    ],
    "MountainCar": [
        episode(mountain_car, [-0.5, 0], lambda s, n: 2, 1),
        episode(mountain_car, [-1.19, -0.05], lambda s, n: 0, 3),
        episode(mountain_car, [-0.5, 0], lambda s, n: 2 if s[1] >= 0 else 0, 200),
        episode(mountain_car, [-0.43, 0], lambda s, n: mixed(n, 3), 60),
    ],
    "Acrobot": [
        episode(acrobot, [0.05, -0.08, 0.02, 0.1], lambda s, n: mixed(n, 3), 60),
        episode(acrobot, [0.1, 0, 0, -0.1], lambda s, n: 2 if s[2] < 0 else 0, 60),
        # Velocities at their bounds, and angles that wrap.
        episode(acrobot, [2.0, 3.0, 4 * np.pi, FAST], lambda s, n: 2, 4),
        episode(acrobot, [-0.5, -3.0, -3.0, -FAST], lambda s, n: 0, 4),
    ],
}

if __name__ == "__main__":
    file = pathlib.Path(__file__).with_name("environments.json")
    file.write_text(json.dumps(GOLDEN, separators=(",", ":")).replace('},{"action"', '},\n{"action"') + "\n")
    for name, episodes in GOLDEN.items():
        print(name, [(len(one["steps"]), one["steps"][-1]["terminal"]) for one in episodes])
