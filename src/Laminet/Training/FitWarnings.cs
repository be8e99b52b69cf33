using System.Globalization;
using Laminet.Data;
using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Training;

/// <summary>Warns of problems in a training that are not errors: of each kind once, with its likely cause.</summary>
internal sealed class FitWarnings(Model model)
{
    private bool toldOfLoss, toldOfSingle, lookedForWeights;
    private BatchNormalization[]? normalizations;

    /// <summary>Checks the step that was just made. It costs a read of one number.</summary>
    public void AfterStep(Batch batch, int epoch, int number)
    {
        if (!toldOfSingle && batch.Count == 1
            && Array.Find(normalizations ??= [.. model.AllLayers().OfType<BatchNormalization>()], layer => layer is { Trainable: true, HasOneValueAnExample: true }) is { } layer)
        {
            toldOfSingle = true;
            model.Warn(Text($"Fit: batch {number + 1} of epoch {epoch + 1} has one example, of which '{layer.Name}' (BatchNormalization) sees one value a channel. ")
                + "Its variance is 0, so the output of the layer is the same for every example, and its moving statistics include this batch. Use a batch size that leaves no single "
                + "example, Batch(..., dropRemainder: true), or freeze the layer.");
        }

        if (!lookedForWeights)
        {
            // After a step, since a model may be built by it.
            lookedForWeights = true;
            if (model.TrainableWeights.Count == 0)
                model.Warn("Fit: the model has no trainable weights, so nothing is learned. Set Trainable of the layers that are to learn.");
        }

        double loss = model.LossSoFar;
        if (toldOfLoss || double.IsFinite(loss))
            return;
        toldOfLoss = true;
        string cause = Culprit(batch) is { } culprit
            ? $"{culprit} holds NaN or infinity. Leave that example out (or give it the sampleWeight 0) or replace the number."
            : string.Create(CultureInfo.InvariantCulture, $"That batch's data are finite, so the computation overflowed: most often the learning rate ({model.Optimizer!.LearningRate}) is too high. ")
                + "Lower it, scale the inputs (Rescaling), or clip gradients (ClipNorm). Another possible cause is a logarithm or a division of your own at 0.";
        model.Warn(Text($"Fit: the loss is {(double.IsNaN(loss) ? "NaN" : "infinite")} from batch {number + 1} of epoch {epoch + 1} on. ") + cause);
    }

    private static string? Culprit(Batch batch)
    {
        // What a weight of 0 leaves out is not to blame.
        Tensor counts = (batch.SampleWeights ?? []).Select(weights => weights.Reshape(batch.Count, -1).NotEqual(0).Any(-1)).Aggregate(
            Tensor.Full([batch.Count], batch.SampleWeights is null ? 1 : 0, DType.Bool), (all, one) => all.Or(one));
        return Culprit(batch.Inputs, counts, "the inputs x") ?? Culprit(batch.Targets, counts, "the targets y") ?? Culprit(batch.SampleWeights, counts, "the sample weights");
    }

    private static string? Culprit(Bundle<Tensor>? tensors, Tensor counts, string name) => tensors?
        .Select((tensor, place) => Culprit(tensor, counts, tensors.Count == 1 ? name : $"{name} ({tensors.Names?[place] ?? Text($"tensor {place}")})")).FirstOrDefault(found => found is not null);

    private static string? Culprit(Tensor tensor, Tensor counts, string name)
    {
        if (!tensor.DType.IsFloat() || tensor.Length == 0)
            return null;
        int example = Array.IndexOf(tensor.IsFinite().Reshape(tensor.Shape[0], -1).All(-1).Or(counts.Not()).ToArray<bool>(), false);
        return example < 0 ? null : Text($"Example {example} of that batch, counted from 0, in {name},");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
