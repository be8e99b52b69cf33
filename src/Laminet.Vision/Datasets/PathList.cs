using System.Collections;
using System.Text;

namespace Laminet.Vision.Datasets;

/// <summary>Paths below one folder, in one array of bytes: a million of them take some 30 MB and no objects that a garbage collection would have to visit.</summary>
internal sealed class PathList : IReadOnlyList<string>
{
    private readonly string root;
    private readonly byte[] names;
    private readonly int[] ends;

    private PathList(string root, byte[] names, int[] ends) => (this.root, this.names, this.ends) = (root, names, ends);

    public int Count => ends.Length;

    /// <summary>The path with the folder.</summary>
    public string this[int index] => Path.Combine(root, Encoding.UTF8.GetString(Name(index)));

    /// <summary>The path below the folder, in UTF-8.</summary>
    public ReadOnlySpan<byte> Name(int index) => names.AsSpan(Start(index), ends[index] - Start(index));

    /// <summary>Some of the paths.</summary>
    public PathList Choose(IReadOnlyList<int> positions)
    {
        Builder builder = new();
        foreach (int position in positions)
            builder.Add(Name(position));
        return builder.Build(root);
    }

    public IEnumerator<string> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int Start(int index) => index == 0 ? 0 : ends[index - 1];

    /// <summary>Collects paths.</summary>
    internal sealed class Builder
    {
        private readonly List<int> ends = [];
        private byte[] names = new byte[1 << 12];

        private int Used => ends.Count == 0 ? 0 : ends[^1];

        public int Count => ends.Count;

        public void Add(ReadOnlySpan<byte> name)
        {
            name.CopyTo(Room(name.Length));
            ends.Add(Used + name.Length);
        }

        /// <summary>Adds a path from its folder and its name.</summary>
        public void Add(ReadOnlySpan<char> folder, ReadOnlySpan<char> name)
        {
            Span<byte> room = Room(Encoding.UTF8.GetMaxByteCount(folder.Length + name.Length + 1));
            int length = Encoding.UTF8.GetBytes(folder, room);
            if (length > 0)
                room[length++] = (byte)'/';
            length += Encoding.UTF8.GetBytes(name, room[length..]);
            ends.Add(Used + length);
        }

        /// <summary>The paths, sorted by their bytes, which is by code points: as Python sorts names.</summary>
        public PathList BuildSorted(string root)
        {
            PathList unsorted = Build(root);
            int[] order = new int[unsorted.Count];
            for (int i = 0; i < order.Length; i++)
                order[i] = i;
            order.AsSpan().Sort((a, b) => unsorted.Name(a).SequenceCompareTo(unsorted.Name(b)));
            return unsorted.Choose(order);
        }

        public PathList Build(string root) => new(root, names.AsSpan(0, Used).ToArray(), [.. ends]);

        private Span<byte> Room(int length)
        {
            int used = Used;
            if (used + (long)length > Array.MaxLength)
                throw new InvalidOperationException($"The names of {Count} files take 2 GB. Read the folders one by one.");
            if (names.Length - used < length)
                Array.Resize(ref names, (int)Math.Clamp(names.Length * 2L, used + length, Array.MaxLength));
            return names.AsSpan(used);
        }
    }
}
