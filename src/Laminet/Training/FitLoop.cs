using System.Diagnostics;
using Laminet.Data;
using Laminet.Files;
using Laminet.Tensors;
using Laminet.Training.Callbacks;

namespace Laminet.Training;

/// <summary>The one loop all training runs through.</summary>
internal sealed class FitLoop(
    Model model, Dataset data, Dataset? validation, int validationFrequency, IReadOnlyDictionary<int, double>? classWeight, IReadOnlyList<Callback> callbacks,
    ITrainer trainer, TimeSpan? maxTime)
{
    private readonly Stopwatch sinceStart = Stopwatch.StartNew();
    private readonly FitWarnings warnings = new(model);
    private (Shape Input, Shape Output)? form;

    public History Run(int initialEpoch, int epochs, CancellationToken cancellation)
    {
        if (epochs < 0 || initialEpoch < 0)
            throw new ArgumentOutOfRangeException(nameof(epochs), $"Fit: received {epochs} epochs from epoch {initialEpoch} on; both must be 0 or more.");
        data.RequireEnd("Fit");
        validation?.RequireEnd("Fit's validation");
        // A callback may train or evaluate the same model: each call has a progress and logs of its own.
        TrainingProgress around = model.Progress, progress = new() { Epoch = initialEpoch, IsRunning = true, Setting = Setting() };
        // Two trainings that write one file would destroy it.
        using FileLock.Several files = FileLock.TakeAll(callbacks.Select(callback => callback.OwnFile));
        IReadOnlyList<Tensor>? figuresAround = around.IsRunning ? model.LogState : null;
        model.Progress = progress;
        model.ResetMetrics();
        try
        {
            Each(callback => callback.Siblings = callbacks);
            Each(callback => callback.OnTrainBegin(model, epochs, data.Count));
            // A callback that resumes sets the progress and the logs here, after all others have forgotten theirs.
            Each(callback => callback.Restore(model));
            while (progress.Epoch < epochs && !progress.StopTraining && !progress.History.WasCancelled)
                RunEpoch(progress, cancellation);
            Each(callback => callback.OnTrainFinishing(model));
            model.Optimizer!.TakeAverages();
            Each(callback => callback.OnTrainEnd(model));
        }
        catch (Exception exception)
        {
            Each(callback => callback.OnTrainFailed(model, exception));
            throw;
        }
        finally
        {
            progress.IsRunning = false;
            if (figuresAround is not null)
                (model.Progress, model.LogState) = (around, figuresAround);
        }

        return progress.History;
    }

    private FitSetting Setting()
    {
        DatasetSize size = data.Size;
        return new FitSetting(size.Elements, size.Examples, size.BatchSize, validation?.Size.Examples, model.Optimizer!.LearningRate);
    }

    private void RunEpoch(TrainingProgress progress, CancellationToken cancellation)
    {
        int epoch = progress.Epoch;
        Each(callback => callback.OnEpochBegin(model, epoch));
        if (progress.Batch == 0)
            model.ResetMetrics();
        foreach (Batch batch in data.Batches(epoch, progress.Batch))
        {
            if (cancellation.IsCancellationRequested)
            {
                // The batches count as done, so what they taught must be in the weights.
                trainer.EndEpoch();
                progress.History.WasCancelled = true;
                return;
            }

            foreach (Callback callback in callbacks)
                callback.OnTrainBatchBegin(model, progress.Batch);
            trainer.Step(classWeight is null ? batch : Weighted(batch, classWeight));
            progress.LastBatch = batch;
            int number = progress.Batch++;
            warnings.AfterStep(batch, epoch, number);
            if (callbacks.Count > 0)
                EndBatch(number, model.CurrentLogs());
            if (maxTime is { } most && sinceStart.Elapsed >= most)
                progress.StopTraining = true;

            // The epoch ends early, with its validation and logs, as in Keras.
            if (progress.StopTraining)
                break;
        }

        trainer.EndEpoch();
        if (progress.Batch == 0)
            throw new ArgumentException("Fit: the data set holds no batch. Check its size, Take and dropRemainder.");
        Logs figures = model.CurrentLogs();
        model.WarnOfUndefined(figures);
        Dictionary<string, double> logs = new(figures);
        progress.SkipsValidation = validation is not null && (epoch + 1) % validationFrequency != 0 && !progress.StopTraining;
        if (validation is not null && !progress.SkipsValidation)
        {
            try
            {
                foreach ((string name, double value) in model.Evaluate(validation, callbacks, cancellation))
                    logs["val_" + name] = value;
            }
            catch (OperationCanceledException)
            {
                // All batches of the epoch are done: a resumed run continues with this validation.
                progress.History.WasCancelled = true;
                return;
            }
        }

        (progress.Epoch, progress.Batch) = (epoch + 1, 0);
        progress.History.Add(logs);
        Each(callback => callback.OnEpochEnd(model, epoch, logs));
        Each(callback => callback.Backup(model));
    }

    private Batch Weighted(Batch batch, IReadOnlyDictionary<int, double> weights)
    {
        // The prediction's shape tells class numbers from one-hot targets.
        if (form?.Input != batch.Inputs[0].Shape)
        {
            Bundle<TensorSpec> outputs = model.Infer(batch.Inputs.Map(input => input.Spec));
            if (outputs.Count > 1)
                throw new ArgumentException($"classWeight is for models of one output; this one has {outputs.Count}. Give each example its weight, by output (sampleWeight).");
            form = (batch.Inputs[0].Shape, new Shape(outputs[0].Shape.Dimensions[1..]));
            ClassWeights.Require(weights, form.Value.Output);
        }

        return ClassWeights.Apply(batch, weights, form.Value.Output);
    }

    private void EndBatch(int number, IReadOnlyDictionary<string, double> logs)
    {
        foreach (Callback callback in callbacks)
            callback.OnTrainBatchEnd(model, number, logs);
        // Gradients that wait are in no file.
        if (trainer.HasPending)
            return;
        foreach (Callback callback in callbacks)
            callback.Backup(model);
    }

    private void Each(Action<Callback> moment)
    {
        foreach (Callback callback in callbacks)
            moment(callback);
    }
}
