using Laminet.Formats.Weights.Bytes;

namespace Laminet.Formats.Weights.Hdf5;

/// <summary>
/// How many bytes of indexes may be read: as many as the file has. In an honest file each is read once; a hostile index names a part of itself again and again, so
/// that a few bytes become endless work. One budget serves the groups of a file, and each reading of a dataset has one of its own.
/// </summary>
internal sealed class Hdf5Budget(ByteSource source)
{
    private long left = source.Length;

    /// <exception cref="InvalidDataException">More is read than the file has.</exception>
    public void Spend(long count, string name)
    {
        left -= count;
        if (left < 0)
            throw source.Wrong($"the index of '{name}' lists more than the file has room for");
    }
}
