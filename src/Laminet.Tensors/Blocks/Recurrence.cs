using Laminet.Tensors.Blocks;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Recurrences over sequences, whose inputs were multiplied by their weights for all steps at once.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// h[t] = tanh(x[t] + h[t-1] U) over time; this tensor holds x, (batch, time, units). (Elman, "Finding structure in time", 1990.) PyTorch: <c>nn.RNN</c>; ONNX: <c>RNN</c>.
        /// </summary>
        /// <param name="recurrent">U, (units, units).</param>
        /// <param name="state">h before the first step, (batch, units).</param>
        /// <param name="mask">Bool, (batch, time): a step where it is false leaves h as it is. Null for none.</param>
        /// <param name="reverse">Whether the last step comes first. Each output has the position of its step.</param>
        /// <returns>h after each step, (batch, time, units), and after the step that came last.</returns>
        /// <exception cref="ShapeException">The shapes do not belong together; the message says what was expected.</exception>
        /// <exception cref="DTypeException">The types differ, are no floating-point type, or the mask is not Bool.</exception>
        public (Tensor Outputs, Tensor State) SimpleRecurrence(Tensor recurrent, Tensor state, Tensor? mask = null, bool reverse = false)
        {
            ArgumentNullException.ThrowIfNull(recurrent);
            ArgumentNullException.ThrowIfNull(state);
            Tensor[] results = Recur(RecurrenceKind.Simple, reverse, mask, recurrent, state);
            return (results[0], results[1]);
        }

        /// <summary>
        /// Long short-term memory over time: i, f, g, o = x[t] + h[t-1] U, c[t] = sigmoid(f) c[t-1] + sigmoid(i) tanh(g), h[t] = sigmoid(o) tanh(c[t]). This tensor
        /// holds x, (batch, time, 4 * units), the columns of i first. (Hochreiter and Schmidhuber, 1997; Gers, Schmidhuber and Cummins, 2000.) PyTorch: <c>nn.LSTM</c>; ONNX: <c>LSTM</c>.
        /// </summary>
        /// <param name="recurrent">U, (units, 4 * units).</param>
        /// <param name="state">h before the first step, (batch, units).</param>
        /// <param name="cell">c before the first step, (batch, units).</param>
        /// <param name="mask">Bool, (batch, time): a step where it is false leaves h and c as they are. Null for none.</param>
        /// <param name="reverse">Whether the last step comes first. Each output has the position of its step.</param>
        /// <returns>h after each step, (batch, time, units), and h and c after the step that came last.</returns>
        /// <inheritdoc cref="SimpleRecurrence"/>
        public (Tensor Outputs, Tensor State, Tensor Cell) LongShortTermMemory(Tensor recurrent, Tensor state, Tensor cell, Tensor? mask = null, bool reverse = false)
        {
            ArgumentNullException.ThrowIfNull(recurrent);
            ArgumentNullException.ThrowIfNull(state);
            ArgumentNullException.ThrowIfNull(cell);
            Tensor[] results = Recur(RecurrenceKind.LongShortTermMemory, reverse, mask, recurrent, state, cell);
            return (results[0], results[1], results[2]);
        }

        /// <summary>
        /// Gated recurrent units over time: z, r, g = x[t]; u, s, v = h[t-1] U + b; h[t] = z' h[t-1] + (1 - z') tanh(g + r' v) with z' = sigmoid(z + u) and
        /// r' = sigmoid(r + s). This tensor holds x, (batch, time, 3 * units), the columns of z first. (Cho et al., 2014; with the reset after the product, as in cuDNN.)
        /// PyTorch: <c>nn.GRU</c>; ONNX: <c>GRU</c>.
        /// </summary>
        /// <param name="recurrent">U, (units, 3 * units).</param>
        /// <param name="bias">b, (3 * units).</param>
        /// <param name="state">h before the first step, (batch, units).</param>
        /// <param name="mask">Bool, (batch, time): a step where it is false leaves h as it is. Null for none.</param>
        /// <param name="reverse">Whether the last step comes first. Each output has the position of its step.</param>
        /// <returns>h after each step, (batch, time, units), and after the step that came last.</returns>
        /// <inheritdoc cref="SimpleRecurrence"/>
        public (Tensor Outputs, Tensor State) GatedRecurrence(Tensor recurrent, Tensor bias, Tensor state, Tensor? mask = null, bool reverse = false)
        {
            ArgumentNullException.ThrowIfNull(recurrent);
            ArgumentNullException.ThrowIfNull(bias);
            ArgumentNullException.ThrowIfNull(state);
            Tensor[] results = Recur(RecurrenceKind.Gated, reverse, mask, recurrent, bias, state);
            return (results[0], results[1]);
        }

        private Tensor[] Recur(RecurrenceKind kind, bool reverse, Tensor? mask, params ReadOnlySpan<Tensor> operands) =>
            new Recurrence(kind, reverse, HasMask: mask is not null, Keeps: false).ApplyAll([this, .. operands, .. mask is null ? [] : (Tensor[])[mask]]);
    }
}

namespace Laminet.Tensors.Blocks
{
    /// <summary>
    /// Inputs: x times its weights for all steps (batch, time, gates * units), recurrent weights, for gated units their bias, the first states, the mask
    /// if there is one. Outputs: h after each step, the last states; for the gradient also the gates (for gated units also v) and the cells after each step.
    /// </summary>
    /// <param name="Kind">Which recurrence.</param>
    /// <param name="Reverse">Whether the last step comes first.</param>
    /// <param name="HasMask">Whether there is a mask.</param>
    /// <param name="Keeps">Whether the outputs for the gradient are there.</param>
    public sealed record Recurrence(RecurrenceKind Kind, bool Reverse, bool HasMask, bool Keeps) : Block
    {
        private int States => RecurrenceSizes.States(Kind);

        private int FirstState => RecurrenceRules.FirstState(Kind);

        /// <inheritdoc/>
        public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs)
        {
            TensorSpec x = inputs[0], recurrent = inputs[1];
            string name = RecurrenceRules.MethodOf(Kind);
            Check.Float(name, x);
            int gates = RecurrenceSizes.Gates(Kind), units = recurrent.Shape.Rank == 2 ? recurrent.Shape[0] : 0;
            Shape step = x.Shape.Rank == 3 ? [x.Shape[0], units] : [];
            if (units == 0 || recurrent.Shape[1] != gates * units || x.Shape.Rank != 3 || x.Shape[2] != gates * units)
            {
                throw new ShapeException($"{name}: received inputs {x.Shape} and recurrent weights {recurrent.Shape}; "
                    + $"expected (batch, time, {RecurrenceRules.Columns(Kind)}) and (units, {RecurrenceRules.Columns(Kind)}).");
            }

            for (int input = 1; input < FirstState + States; input++)
            {
                Check.SameType(name, x, inputs[input]);
                if (input >= FirstState && inputs[input].Shape != step)
                    throw new ShapeException($"{name}: received a first state of shape {inputs[input].Shape}; expected {step}, (batch, units).");
            }

            if (Kind == RecurrenceKind.Gated && inputs[2].Shape != new Shape(gates * units))
                throw new ShapeException($"{name}: received a bias of shape {inputs[2].Shape}; expected {new Shape(gates * units)}, (3 * units).");
            if (HasMask && inputs[^1].DType != DType.Bool)
                throw new DTypeException($"{name}: received a mask of {inputs[^1]}; expected Bool, true where a step counts.");
            if (HasMask && inputs[^1].Shape != x.Shape[..2])
                throw new ShapeException($"{name}: received a mask of shape {inputs[^1].Shape}; expected {x.Shape[..2]}, (batch, time).");
            List<TensorSpec> outputs = [Each(units), .. Enumerable.Repeat(new TensorSpec(step, x.DType), States)];
            if (Keeps)
                outputs.AddRange(RecurrenceSizes.Kept(Kind).Select(kept => Each(kept * units)));
            return outputs;

            TensorSpec Each(int width) => new(x.Shape.With(2, width), x.DType);
        }

        /// <inheritdoc/>
        public override Tensor[] BodyAll(ReadOnlySpan<Tensor> inputs)
        {
            Tensor[] weights = inputs[1..FirstState].ToArray();
            Bundle<Tensor> entries = HasMask ? (inputs[0], inputs[^1]) : inputs[0];
            (Bundle<Tensor> end, Bundle<Tensor> steps) = Flow.Scan(Turn, Bundle.Create(inputs[FirstState..(FirstState + States)]), entries, axis: 1, Reverse);
            return [steps[0], .. end, .. steps.Skip(1)];

            (Bundle<Tensor>, Bundle<Tensor>) Turn(Bundle<Tensor> states, Bundle<Tensor> entry)
            {
                (Tensor[] next, Tensor[] gates) = RecurrenceRules.Step(Kind, entry[0], weights, [.. states]);
                if (HasMask)
                {
                    Tensor counts = entry[1].ExpandDims(-1);
                    next = [.. next.Zip(states).Select(pair => Tensor.Where(counts, pair.First, pair.Second))];
                }

                // The cells after the step are its second state.
                return ([.. next], Keeps ? [next[0], .. gates, .. next[1..]] : next[0]);
            }
        }

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => 2.0 * inputs[0].Shape.ElementCount * inputs[1].Shape[0];

        /// <inheritdoc/>
        protected override Primitive ForGradient(ReadOnlySpan<bool> watched) => this with { Keeps = true };

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.Recurrence(
            Kind, Reverse, arguments.Inputs, FirstState, HasMask ? arguments.InputTensor(arguments.Count - 1) : null, arguments.Outputs);

        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments)
        {
            int own = 1 + States;
            // A gradient of the gradient, which went through what was kept.
            foreach (Tensor? upstream in arguments.Upstreams[own..])
            {
                if (upstream is not null)
                    return base.Gradients(arguments);
            }

            Tensor?[] upstreams = arguments.Upstreams.ToArray();
            Tensor[] inputs = arguments.Inputs.ToArray(), outputs = arguments.Outputs.ToArray();
            Tensor recurrent = inputs[1];
            Tensor[] states = inputs[FirstState..(FirstState + States)], lasts = [.. Enumerable.Range(1, States).Select(state => upstreams[state] ?? outputs[state].WithoutHistory().ZerosLike())];
            Tensor[] results = new RecurrenceGradient(Kind, Reverse, HasMask, GivesOutputs: upstreams[0] is not null).ApplyAll(
                [recurrent, .. states, outputs[0], .. outputs[own..], .. lasts, .. upstreams[0] is { } each ? [each] : (Tensor[])[], .. HasMask ? [inputs[^1]] : (Tensor[])[]]);
            Tensor bySums = results[Kind == RecurrenceKind.Gated ? 1 : 0];

            Tensor?[] gradients = new Tensor?[inputs.Length];
            gradients[0] = results[0];
            if (arguments.Wants(1))
            {
                // One product for all steps.
                Tensor before = RecurrenceRules.Before(states[0], outputs[0], Reverse);
                int steps = before.Shape.CountOf(..2);
                gradients[1] = before.Reshape([steps, recurrent.Shape[0]]).MatMul(bySums.Reshape([steps, recurrent.Shape[1]]), transposeThis: true);
            }

            if (Kind == RecurrenceKind.Gated && arguments.Wants(2))
                gradients[2] = bySums.Sum([0, 1]);
            for (int state = 0; state < States; state++)
                gradients[FirstState + state] = results[results.Length - States + state];
            return gradients;
        }
    }
}
