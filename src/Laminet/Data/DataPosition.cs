using Laminet.Tensors;

namespace Laminet.Data;

/// <summary>
/// The position of your own training loop in its data: the epoch, and how many of its batches are done. If it is saved in a checkpoint and restored, the
/// loop continues with the next batch, as it would without the interruption.
/// </summary>
/// <example><code>
/// var position = new DataPosition();
/// var optimizer = new Adam();
/// var checkpoint = new Checkpoint { ["model"] = model, ["optimizer"] = optimizer, ["position"] = position };
/// checkpoint.TryRestore("loop.checkpoint");
/// foreach (Batch batch in position.Batches(Dataset.FromTensors(x, y).Batch(32), epochs: 10))
/// {
///     // Train the model on batch.X and batch.Y.
///     if (position.Batch % 100 == 0)
///         checkpoint.Save("loop.checkpoint");
/// }
/// </code></example>
public sealed class DataPosition : IHasState
{
    private readonly Variable epoch = Number("epoch");
    private readonly Variable batch = Number("batch");

    // Of the data that was read, 0 where they are unknown: other data has other batches at the same place.
    private readonly Variable elements = Number("elements");
    private readonly Variable examples = Number("examples");
    private readonly Variable batchSize = Number("batch_size");

    /// <summary>The epoch, from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Epoch
    {
        get => epoch.Item<int>();
        set => Set(epoch, value);
    }

    /// <summary>How many batches of the epoch are done. In the body of a loop over <see cref="Batches"/>, the current batch is included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Batch
    {
        get => batch.Item<int>();
        set => Set(batch, value);
    }

    IEnumerable<(string Name, Variable Variable)> IHasState.State => ((Variable[])[epoch, batch, elements, examples, batchSize]).Select(number => (number.Name, number));

    /// <summary>The remaining batches, epoch after epoch. Each batch is counted before it is returned, so save at the end of the loop's body.</summary>
    /// <param name="data">The data, the same in each run of the program.</param>
    /// <param name="epochs">The total number of epochs, including those that are done. Infinite data is one epoch.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epochs"/> is negative.</exception>
    /// <exception cref="InvalidOperationException">Thrown while reading: in the middle of an epoch the data has another size than before, or the position was changed, or the position is negative.</exception>
    public IEnumerable<Batch> Batches(Dataset data, int epochs = 1)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegative(epochs);
        return Rest(data, epochs);
    }

    private IEnumerable<Batch> Rest(Dataset data, int epochs)
    {
        while (Epoch < epochs)
        {
            (int current, int done) = (Epoch, Batch);
            if (current < 0 || done < 0)
            {
                throw new InvalidOperationException($"The position is epoch {current}, batch {done}, perhaps from a file that was changed; expected 0 or more. "
                    + "Set Epoch and Batch, or delete the file to start again.");
            }

            RequireSame(data.Size);
            foreach (Batch next in data.Batches(current, done))
            {
                Batch = ++done;
                yield return next;
                if ((Epoch, Batch) != (current, done))
                {
                    throw new InvalidOperationException($"The position was moved to epoch {Epoch}, batch {Batch}, while its batches were read, at epoch {current}, batch {done}. "
                        + "End the foreach, restore or set the position, and start a new foreach.");
                }
            }

            (Epoch, Batch) = (current + 1, 0);
        }
    }

    private void RequireSame(DatasetSize size)
    {
        foreach ((Variable known, int? now) in (ReadOnlySpan<(Variable, int?)>)[(elements, size.Elements), (examples, size.Examples), (batchSize, size.BatchSize)])
        {
            if (Batch > 0 && known.Item<int>() is not 0 and int before && now is { } other && before != other)
            {
                throw new InvalidOperationException($"The position is batch {Batch} of epoch {Epoch} in data with {known.Name} = {before}; received data with {known.Name} = {other}, where this position means other examples. "
                    + "Give the data and the batch size as before, or set Batch to 0 to start the epoch again.");
            }

            known.Assign<int>([now ?? 0]);
        }
    }

    private static void Set(Variable variable, int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        variable.Assign<int>([value]);
    }

    private static Variable Number(string name) => new(Tensor.Scalar(0), name, trainable: false);
}
