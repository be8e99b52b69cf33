using Laminet.Data;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;

namespace Laminet.Training;

/// <summary>Gradients of several batches, or parts of one, added up before the optimizer's one step.</summary>
/// <remarks>
/// A mean over several batches is not the mean of their means: one counts by how many losses it has, so masked steps count for nothing and a smaller batch for less. Several outputs may have as
/// many losses as they like; there batches count by their examples. Batches whose losses are sums count alike.
/// </remarks>
/// <param name="model">The model.</param>
/// <param name="ofParts">Whether what is added are parts of a batch, whose losses count by their shares.</param>
internal sealed class GradientSums(Model model, bool ofParts)
{
    private readonly Dictionary<BatchForm, CompiledFunction> functions = [];
    private readonly Variable total = new(Tensor.Scalar(0.0), "accumulated", trainable: false);
    private IReadOnlyList<(Variable Variable, Variable Sum)> sums = [];
    private CompiledFunction? update;

    /// <summary>Adds the gradients of a batch.</summary>
    /// <param name="batch">The examples.</param>
    /// <param name="key">Names the random numbers.</param>
    /// <param name="share">Of a part of a batch, how much of the batch it is: the mean over the batch is the parts' means by their shares.</param>
    public void Add(Batch batch, RandomKey key, double share = 1)
    {
        BatchForm form = new(batch.Inputs, batch.Targets, batch.SampleWeights);
        if (!functions.TryGetValue(form, out CompiledFunction? function))
            functions[form] = function = Compiled(form);
        if (sums.Count == 0)
            sums = [.. model.TrainableWeights.Select(weight => (weight, new Variable(Zeros(weight), weight.Name, trainable: false)))];
        Tensor[] flat = [key.AsTensor(), Tensor.Scalar(share, DType.Float32), .. BatchForm.Flatten(batch.Inputs, batch.Targets, batch.SampleWeights)];
        function.Call(flat.AsSpan());
    }

    private CompiledFunction Compiled(BatchForm form) =>
        Function.Compile(inputs => Accumulate(inputs[0], inputs[1], model.WithoutLeftOut(form.Batch([.. inputs.Skip(2)]))), "Accumulate");

    /// <summary>Updates the weights with the sums, of batches with their mean, and resets them. Compiled, so that other threads see all of it or nothing.</summary>
    public void Apply()
    {
        update ??= Function.Compile(_ => Update(), "Update");
        update.Call();
    }

    /// <summary>A layer was frozen, or the clipping changed: what is compiled is forgotten, what is gathered stays until it is applied.</summary>
    public void ForgetPrograms()
    {
        functions.Clear();
        update = null;
    }

    /// <summary>Forgets what is gathered too.</summary>
    public void Forget()
    {
        ForgetPrograms();
        sums = [];
        total.Assign(Tensor.Scalar(0.0));
    }

    private IReadOnlyList<Tensor> Update()
    {
        // Nothing but masked steps: their gradients are 0.
        Tensor? factor = ofParts ? null : 1 / Tensor.Where(total.Value.Equal(0), Tensor.Scalar(1.0), total.Value);
        // A layer may have been frozen meanwhile.
        HashSet<Variable> trainable = [.. model.TrainableWeights];
        model.Optimizer!.Apply([.. sums.Where(pair => trainable.Contains(pair.Variable)).Select(pair => (factor is null ? pair.Sum.Value : pair.Sum.Value * factor.Cast(pair.Sum.DType), pair.Variable))]);
        foreach ((Variable variable, Variable sum) in sums)
            sum.Assign(Zeros(variable));
        if (!ofParts)
            total.Assign(Tensor.Scalar(0.0));
        return [];
    }

    private IReadOnlyList<Tensor> Accumulate(Tensor key, Tensor shareOfBatch, Batch part)
    {
        CallContext context = new(training: true, RandomKey.From(key), model.Warn);
        Bundle<Tensor>? prediction = null;
        Tensor? loss = null;
        (_, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(
            () =>
            {
                prediction = model.Run(part.Inputs, context);
                if (ofParts && prediction.Any(output => context.MaskOf(output) is not null))
                {
                    throw new ArgumentException("Fit: received a memory budget, and an output has a mask. A mean over the unmasked steps cannot be computed from parts of a batch. "
                        + "Leave the budget out, and use smaller batches or gradientAccumulation.");
                }

                loss = model.LossOf(part, prediction, context);
                if (ofParts && model.Objective!.Parts.FirstOrDefault(output => output.Loss is { IsSumOfExamples: false })?.Loss is { } whole)
                {
                    throw new ArgumentException($"Fit: received a memory budget, and the loss '{whole.Name}' of a batch cannot be computed from parts of it: its mean depends on which examples are "
                        + "together. Leave the budget out, and use smaller batches or gradientAccumulation.");
                }

                return model.Optimizer!.ScaleLoss(ofParts ? OfPart(loss, shareOfBatch.Cast(loss.DType), context) : loss);
            },
            [.. sums.Select(pair => pair.Variable)], Unconnected.Zeros);
        Tensor? count = ofParts ? null : CountOf(part, context);
        foreach ((Tensor gradient, (_, Variable sum)) in gradients.Zip(sums))
            sum.Assign(sum.Value + (count is null ? gradient : gradient * count.Cast(gradient.DType)));
        if (count is not null)
            total.Assign(total.Value + count);
        model.ReportLogs(part, prediction!, loss!, context);
        return [];
    }

    private static Tensor CountOf(Batch batch, CallContext context)
    {
        IReadOnlyList<Tensor?> divisors = [.. (context.OutputLosses ?? []).Zip(context.OutputDivisors ?? []).Where(pair => pair.First is not null).Select(pair => pair.Second)];
        if (divisors.Count == 0 || divisors.Contains(null))
            return Tensor.Scalar(1.0);
        return divisors.Count == 1 ? divisors[0]!.Detach().Cast(DType.Float64) : Tensor.Scalar((double)batch.Count);
    }

    // A mean over the batch is the parts' means by their shares; a sum over it is the parts' sums.
    private Tensor OfPart(Tensor loss, Tensor share, CallContext context) =>
        SumOfSums(context) is { } summed ? (loss * share) + (summed * (1 - share)) : loss * share;

    // The losses that are sums over examples, by their weights.
    private Tensor? SumOfSums(CallContext context)
    {
        Tensor? total = null;
        foreach ((OutputObjective output, Tensor? value) in model.Objective!.Parts.Zip(context.OutputLosses ?? []))
        {
            if (value is not null && output.Loss!.Reduction == LossReduction.Sum)
                total = total is null ? value * output.LossWeight : total + (value * output.LossWeight);
        }

        return total;
    }

    private static Tensor Zeros(Variable variable) => Tensor.Scalar(0, variable.DType).BroadcastTo(variable.Shape);
}
