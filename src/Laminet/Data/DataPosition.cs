using Laminet.Tensors;

namespace Laminet.Data;

/// <summary>
/// Where a training loop of your own stands in its data: the epoch, and how many of its batches are done. Saved in a checkpoint and put back, the
/// loop goes on with the next batch, the same as without the interruption.
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

    /// <summary>How many batches of the epoch are done; within the body of a loop over <see cref="Batches"/>, that body's batch included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Batch
    {
        get => batch.Item<int>();
        set => Set(batch, value);
    }

    IEnumerable<(string Name, Variable Variable)> IHasState.State => ((Variable[])[epoch, batch, elements, examples, batchSize]).Select(number => (number.Name, number));

    /// <summary>The batches that are still to come, epoch after epoch; each is counted before it is given, so save at the end of the loop's body.</summary>
    /// <param name="data">The data, the same in each run of the program.</param>
    /// <param name="epochs">The number of epochs in all, those included that are done; data without an end is one epoch.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epochs"/> is negative.</exception>
    /// <exception cref="InvalidOperationException">While reading: in the middle of an epoch the data has another size than before, or the position was changed, or is negative.</exception>
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
                throw new InvalidOperationException($"The position is epoch {current}, batch {done}, as a file may hold that was changed; expected 0 or more. "
                    + "Set Epoch and Batch, or delete the file to begin anew.");
            }

            RequireSame(data.Size);
            foreach (Batch next in data.Batches(current, done))
            {
                Batch = ++done;
                yield return next;
                if ((Epoch, Batch) != (current, done))
                {
                    throw new InvalidOperationException($"The position was moved to epoch {Epoch}, batch {Batch}, while its batches were read, at epoch {current}, batch {done}. "
                        + "End the foreach, restore or set the position, and begin a new one.");
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
                throw new InvalidOperationException($"The position is batch {Batch} of epoch {Epoch} in data with {known.Name} = {before}; received data with {known.Name} = {other}, in which that is another place. "
                    + "Give the data and the batch size as before, or set Batch to 0 to take the epoch anew.");
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
